import { createHash } from 'node:crypto';
import {
  SluiceError,
  TransientError,
  type AdapterContext,
  type CallOptions,
  type CheckResult,
  type Instant,
} from '@sluice/core/adapter';
import {
  keySums,
  streamSchemas,
  type Axis,
  type DigestRequest,
  type FieldRequest,
  type FieldValue,
  type GetRequest,
  type ReadRequest,
  type RecordPage,
  type RecordProblem,
  type Source,
  type SourceDigest,
  type SourceIdentity,
  type Window,
} from '@sluice/core/source';
import { patternsOf, type JsonlSourceConfig } from './config.js';
import { readLinesAt } from './read-lines.js';
import { partOf, readValue, RecordProblemOf, type JsonField } from './read-value.js';
import { parseObject, StreamIndex, withoutMark, type IndexedRecord, type IndexedStream } from './stream-index.js';
import { cursorOf, isAfter, isFollowed, recordsIn } from './window-records.js';

const HOUR_MS = 3_600_000;

interface FileStream extends IndexedStream {
  readonly fields: ReadonlyMap<string, JsonField>;
  readonly index: StreamIndex;
}

/** Reads files of JSON lines. */
export class JsonlSource implements Source {
  readonly #config: JsonlSourceConfig;
  readonly #context: AdapterContext;
  readonly #streams: ReadonlyMap<string, FileStream>;

  constructor(config: JsonlSourceConfig, context: AdapterContext) {
    this.#config = config;
    this.#context = context;
    this.#streams = new Map(streamsOf(config, context.baseDirectory).map((stream) => [stream.name, stream]));
  }

  identity(): SourceIdentity {
    const files = [...this.#streams.keys()].map((name) => [name, patternsOf(this.#config, name)]);
    return {
      description: `files ${[...new Set(files.flatMap(([, patterns]) => patterns))].join(', ')}`,
      fingerprint: createHash('sha256')
        .update(JSON.stringify(['jsonl', files]))
        .digest('hex'),
    };
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    for (const { index } of this.#streams.values()) await index.records(signal);
  }

  async check({ signal }: CallOptions = {}): Promise<readonly CheckResult[]> {
    return Promise.all([...this.#streams.values()].map(({ name, index }) => checkStream(name, index, signal)));
  }

  /** A line is taken to be written when it says that it was created: `settle` covers the delay. */
  async now(): Promise<Instant> {
    return this.#context.runtime.now();
  }

  async next(
    stream: string,
    axis: Axis,
    from: Instant,
    { signal, createdBefore = Infinity }: CallOptions & { readonly createdBefore?: Instant } = {},
  ): Promise<Instant | undefined> {
    let first = Infinity;
    for (const { createdAt, eventAt } of (await this.#streamNamed(stream).index.records(signal)).values()) {
      const at = axis === 'event' ? eventAt : createdAt;
      if (at >= from && at < first && createdAt < createdBefore) first = at;
    }
    return first === Infinity ? undefined : first;
  }

  async estimate(window: Window, { signal }: CallOptions = {}): Promise<number> {
    return recordsIn(window, (await this.#streamNamed(window.stream).index.records(signal)).values()).length;
  }

  async *read({ window, after, fields }: ReadRequest, { signal }: CallOptions = {}): AsyncGenerator<RecordPage> {
    const stream = this.#streamNamed(window.stream);
    signal?.throwIfAborted();
    const placed = recordsIn(window, (await stream.index.records(signal)).values());
    const left = after === undefined ? placed : placed.filter(isAfter(after));
    for (let start = 0; start < left.length;) {
      signal?.throwIfAborted();
      const part = left[start]?.part ?? 'created';
      const page = left.slice(start, start + this.#config.pageSize).filter((each) => each.part === part);
      const records = page.map(({ record }) => record);
      yield { part, ...this.#rows(stream, records, fields), cursors: page.map(cursorOf) };
      start += page.length;
    }
  }

  async *get({ stream: name, keys, fields }: GetRequest, { signal }: CallOptions = {}): AsyncGenerator<RecordPage> {
    const stream = this.#streamNamed(name);
    const records = await stream.index.records(signal);
    const found = keys.flatMap((key) => records.get(key) ?? []);
    for (let start = 0; start < found.length; start += this.#config.pageSize) {
      signal?.throwIfAborted();
      const page = found.slice(start, start + this.#config.pageSize);
      yield { part: 'asked', ...this.#rows(stream, page, fields), cursors: page.map(({ key }) => key) };
    }
  }

  async digest(request: DigestRequest, { signal }: CallOptions = {}): Promise<readonly SourceDigest[]> {
    const { stream, from, until, handover, eventFrom } = request;
    const hours = new Map<Instant, string[]>();
    for (const record of (await this.#streamNamed(stream).index.records(signal)).values()) {
      const { createdAt, key } = record;
      if (createdAt < from || createdAt >= until || !isFollowed(record, handover, eventFrom)) continue;
      const hour = Math.floor(createdAt / HOUR_MS) * HOUR_MS;
      const known = hours.get(hour);
      if (known === undefined) hours.set(hour, [key]);
      else known.push(key);
    }
    return [...hours]
      .toSorted(([a], [b]) => a - b)
      .map(([hour, keys]) => ({ hour, records: keys.length, sums: keySums(keys) }));
  }

  async close(): Promise<void> {}

  /** Reads the lines of some records again, each file once. */
  #rows(
    stream: FileStream,
    records: readonly IndexedRecord[],
    requests: readonly FieldRequest[],
  ): Pick<RecordPage, 'rows' | 'keys' | 'createdAt' | 'problems'> {
    const texts = new Map<IndexedRecord, string>();
    for (const path of new Set(records.map(({ file }) => file.path))) {
      const ofFile = records.filter(({ file }) => file.path === path);
      const lines = readLinesAt(path, ofFile);
      for (const [index, record] of ofFile.entries()) texts.set(record, lines[index] ?? '');
    }
    const problems = new Map<number, RecordProblem>();
    const rows = records.map((record, index) => {
      const object = parseObject(withoutMark(texts.get(record) ?? ''));
      if (record.problem === undefined && object === undefined) {
        throw new TransientError(`${record.file.path} was overwritten while it was read`);
      }
      if (record.problem !== undefined || object === undefined) {
        if (record.problem !== undefined) problems.set(index, record.problem);
        return requests.map(() => null);
      }
      return requests.map((request): FieldValue => {
        const field = stream.fields.get(request.field);
        if (field === undefined) throw new Error(`the stream ${stream.name} has no field ${request.field}`);
        const value = readValue(object, field);
        if (!(value instanceof RecordProblemOf)) return partOf(value, request);
        const reason = `${value.reason} at ${record.file.name}:${record.line}`;
        if (!problems.has(index)) problems.set(index, { field: request.field, reason });
        return null;
      });
    });
    const [keys, createdAt] = [records.map(({ key }) => key), records.map((record) => record.createdAt)];
    return { rows, keys, createdAt, problems };
  }

  #streamNamed(name: string): FileStream {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Error(`unknown stream ${name}`);
    return stream;
  }
}

function streamsOf(config: JsonlSourceConfig, baseDirectory: string): readonly FileStream[] {
  const { streams = {}, maxRecords } = config;
  return streamSchemas(streams).flatMap(({ name, key, fields: schemas }) => {
    const description = streams[name];
    if (description === undefined) return [];
    const fieldNamed = (field: string): JsonField => {
      const described = description.fields?.[field];
      const schema = schemas[field];
      if (described === undefined || schema === undefined) throw new Error(`unknown field ${field}`);
      const { path = field, coalesce } = described;
      const keys = typeof path === 'string' ? path.split('.') : path;
      const other = coalesce === undefined ? undefined : fieldNamed(coalesce);
      return { name: field, schema, description: described, path: keys, other };
    };
    const stream: IndexedStream = {
      name,
      key: key.map(fieldNamed),
      created: fieldNamed(description.created),
      updated: description.updated === undefined ? undefined : fieldNamed(description.updated),
      event: fieldNamed(description.event ?? description.created),
    };
    const fields = new Map(Object.keys(schemas).map((field) => [field, fieldNamed(field)]));
    const index = new StreamIndex(stream, { patterns: patternsOf(config, name), baseDirectory, maxRecords });
    return [{ ...stream, fields, index }];
  });
}

/** `1 file`, `2 files`. */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

async function checkStream(name: string, index: StreamIndex, signal: AbortSignal | undefined): Promise<CheckResult> {
  const what = `files of ${name}`;
  try {
    const records = [...(await index.records(signal)).values()];
    const bad = records.filter(({ problem }) => problem !== undefined);
    if (records.length === 0) {
      return {
        name: what,
        outcome: 'warning',
        message: 'the files are empty',
        fix: 'correct `files`, or wait for the first line',
      };
    }
    const files = new Set(records.map(({ file }) => file.path)).size;
    const message = `${counted(records.length - bad.length, 'record')} in ${counted(files, 'file')}`;
    if (bad.length === 0) return { name: what, outcome: 'good', message };
    const [first] = bad;
    const fix = `correct the lines; the first ${first?.problem?.reason}`;
    return { name: what, outcome: 'warning', message: `${message}; lines that are not records: ${bad.length}`, fix };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    return { name: what, outcome: 'bad', message: error.message, fix: 'correct what the message names' };
  }
}
