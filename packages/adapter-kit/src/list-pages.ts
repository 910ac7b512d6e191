import { UnexpectedAnswerError, type JsonObject } from '@sluice/core/adapter';
import { isRounded, valueAt } from './field-value.js';
import type { ListedRecord, PagedPart } from './paged-parts.js';
import type { PagedStream, PageRequest } from './paged-source-options.js';

export interface ListedPage {
  /** Never empty. */
  readonly records: readonly ListedRecord[];
  /** What the page was asked with; absent for the first one. */
  readonly token: string | undefined;
}

export interface Listing<Config> extends Pick<PageRequest<Config>, 'config' | 'get'> {
  /** The API's name in messages. */
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

/** The pages of a part from the one with the token on. An API that does not keep the order is not the one that we know. */
export async function* listPages<Config>(
  stream: PagedStream<Config>,
  { from, until, includes }: PagedPart,
  begin: string | undefined,
  { name, config, get, signal }: Listing<Config>,
): AsyncGenerator<ListedPage> {
  let token = begin;
  let last = Number.NEGATIVE_INFINITY;
  do {
    signal?.throwIfAborted();
    const { records, next } = await stream.page({ from, until, config, get, ...(token !== undefined && { token }) });
    const listed = records.map((record) => listedRecord(stream, record, name));
    const ordered = listed
      .filter(({ createdAt }) => createdAt >= from && createdAt < until)
      .toSorted((a, b) => a.createdAt - b.createdAt);
    if ((ordered[0]?.createdAt ?? last) < last) {
      throw listedWrongly(
        stream,
        name,
        'a page begins with a record that is older than the last record of the page before it',
      );
    }
    last = ordered.at(-1)?.createdAt ?? last;
    const included = ordered.filter(includes);
    if (included.length > 0) yield { records: included, token };
    if (next !== undefined && next === token) {
      throw listedWrongly(stream, name, 'a page names itself as the next page');
    }
    token = next;
  } while (token !== undefined);
}

/** A record with its key and its time of creation. Throws `UnexpectedAnswerError` without one of them. */
export function listedRecord<Config>(stream: PagedStream<Config>, record: JsonObject, name: string): ListedRecord {
  const { schema, paths = {} } = stream;
  const values = schema.key.map((field) => valueAt(record, (paths[field] ?? field).split('.')));
  if (values.some((value) => typeof value === 'number' && isRounded(value))) {
    throw listedWrongly(
      stream,
      name,
      `a record has a number as ${schema.key.join(', ')} with more digits than a JavaScript number can hold`,
    );
  }
  const texts = values.map((value) => (typeof value === 'number' ? String(value) : value));
  if (!texts.every((text) => typeof text === 'string')) {
    throw listedWrongly(stream, name, `a record has no ${schema.key.join(', ')}`);
  }
  const createdAt = stream.created(record);
  if (!Number.isFinite(createdAt)) throw listedWrongly(stream, name, 'a record has no time of creation');
  const [first = '', ...others] = texts;
  return { record, key: others.length === 0 ? first : JSON.stringify(texts), createdAt };
}

function listedWrongly<Config>({ schema }: PagedStream<Config>, name: string, what: string): UnexpectedAnswerError {
  return new UnexpectedAnswerError(`${name} lists ${schema.name} wrongly: ${what}`);
}
