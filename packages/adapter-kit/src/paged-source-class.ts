import {
  SluiceError,
  type AdapterContext,
  type CallOptions,
  type CheckResult,
  type Identity,
  type Instant,
  type JsonObject,
} from '@sluice/core/adapter';
import type {
  Axis,
  FieldRequest,
  GetRequest,
  ReadRequest,
  RecordPage,
  RecordProblem,
  Row,
  Source,
  WindowPart,
} from '@sluice/core/source';
import { fieldValue, WrongValue } from './field-value.js';
import type { HttpTimeouts } from './http-options.js';
import { identityOf } from './identity-of.js';
import { unexpectedForm } from './unexpected-form.js';
import { JsonClient, NothingThereError } from './json-client.js';
import { listedRecord, listPages, type Listing } from './list-pages.js';
import { cursorOf, cursorText, recordsAfter } from './paged-cursor.js';
import { partsOf, type ListedRecord, type PagedPart } from './paged-parts.js';
import type { GetJson, PagedSourceOptions, PagedStream } from './paged-source-options.js';
import { understoodStream } from './understood-stream.js';

const DEFAULTS = { connectTimeout: 10_000, requestTimeout: 60_000 };

/** The source that `pagedSource` makes. */
export class PagedSource<Config extends Partial<HttpTimeouts>> implements Source {
  readonly get?: NonNullable<Source['get']>;
  readonly #options: PagedSourceOptions<Config>;
  readonly #config: Config;
  readonly #context: AdapterContext;
  readonly #client: JsonClient;
  readonly #addressOption: string;

  constructor(options: PagedSourceOptions<Config>, config: Config, context: AdapterContext) {
    const { name, addressOption = 'host', statuses = {} } = options;
    this.#options = { ...options, streams: options.streams.map((stream) => understoodStream(stream, name)) };
    this.#config = config;
    this.#context = context;
    this.#addressOption = addressOption;
    const http = { ...DEFAULTS, ...config };
    this.#client = new JsonClient({ name, addressOption, target: options.request(config), http, statuses }, context);
    if (options.streams.every((stream) => 'record' in stream)) {
      this.get = (request, callOptions) => this.#asked(request, callOptions);
    }
  }

  identity(): Identity {
    const { name, type } = this.#options;
    const { account, ...target } = this.#options.request(this.#config);
    return identityOf({ name, type, target, account });
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    await this.#probe(signal);
  }

  async check({ signal }: CallOptions = {}): Promise<readonly CheckResult[]> {
    const { name, streams } = this.#options;
    try {
      await this.#probe(signal);
      return [{ name: 'records', outcome: 'good', message: `${name} lists ${streams[0]?.schema.name ?? 'nothing'}` }];
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SluiceError)) throw error;
      const fix = `check ${this.#addressOption} and the credentials, and whether this machine can reach ${name}`;
      return [{ name: 'records', outcome: 'bad', message: error.message, fix }];
    }
  }

  now({ signal }: CallOptions = {}): Promise<Instant> {
    return this.#now(signal);
  }

  async #now(signal: AbortSignal | undefined): Promise<Instant> {
    try {
      const now = await this.#options.now?.({ config: this.#config, get: this.#getter(signal) });
      return now ?? this.#context.runtime.now();
    } catch (error) {
      throw unexpectedForm(error, `${this.#options.name} gives its time`);
    }
  }

  async next(
    name: string,
    axis: Axis,
    from: Instant,
    { createdBefore, signal }: CallOptions & { readonly createdBefore?: Instant } = {},
  ): Promise<Instant | undefined> {
    const until = createdBefore ?? (await this.#now(signal)) + 1;
    if (from >= until) return undefined;
    // A search begins at minus infinity where the pipeline does; no API can be asked for that.
    const since = Math.max(from, 0);
    const part: PagedPart = { part: axis === 'event' ? 'event' : 'created', from: since, until, includes: () => true };
    for await (const { records } of listPages(this.#stream(name), part, undefined, this.#listing(signal))) {
      return records[0]?.createdAt;
    }
    return undefined;
  }

  async *read({ window, after, fields }: ReadRequest, { signal }: CallOptions = {}): AsyncGenerator<RecordPage> {
    signal?.throwIfAborted();
    const stream = this.#stream(window.stream);
    const cursor = after === undefined ? undefined : cursorOf(after);
    const parts = partsOf(window, stream.changed?.bind(stream));
    const begin = cursor === undefined ? 0 : parts.findIndex(({ part }) => part === cursor.part);
    for (const part of parts.slice(begin)) {
      const resumed = part.part === cursor?.part ? cursor : undefined;
      let isFirst = resumed !== undefined;
      for await (const { records, token } of listPages(stream, part, resumed?.token, this.#listing(signal))) {
        const left = isFirst && resumed !== undefined ? recordsAfter(records, resumed) : records;
        isFirst = false;
        if (left.length === 0) continue;
        const cursors = left.map(({ createdAt, key }) => cursorText({ part: part.part, token, createdAt, key }));
        yield { ...this.#page(stream, part.part, left, fields), cursors };
      }
    }
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  async #probe(signal: AbortSignal | undefined): Promise<void> {
    const now = await this.#now(signal);
    const [stream] = this.#options.streams;
    await stream?.page({ from: now - 1, until: now, config: this.#config, get: this.#getter(signal) });
  }

  async *#asked({ stream: name, keys, fields }: GetRequest, { signal }: CallOptions = {}): AsyncGenerator<RecordPage> {
    const stream = this.#stream(name);
    for (const key of keys) {
      signal?.throwIfAborted();
      const record = await this.#record(stream, key, signal);
      if (record === undefined) continue;
      const listed = { ...listedRecord(stream, record, this.#options.name), key };
      yield { ...this.#page(stream, 'asked', [listed], fields), cursors: [key] };
    }
  }

  async #record(
    stream: PagedStream<Config>,
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<JsonObject | undefined> {
    try {
      return await stream.record?.(key, { config: this.#config, get: this.#getter(signal) });
    } catch (error) {
      if (error instanceof NothingThereError) return undefined;
      throw error;
    }
  }

  #page(
    { schema, paths = {} }: PagedStream<Config>,
    part: WindowPart,
    listed: readonly ListedRecord[],
    fields: readonly FieldRequest[],
  ): Omit<RecordPage, 'cursors'> {
    const problems = new Map<number, RecordProblem>();
    const rows = listed.map(({ record }, index): Row =>
      fields.map((request) => {
        const { field } = request;
        const fieldSchema = schema.fields[field];
        if (fieldSchema === undefined) throw new Error(`the stream ${schema.name} has no field ${field}`);
        const value = fieldValue(record, request, fieldSchema, paths[field] ?? field);
        if (!(value instanceof WrongValue)) return value;
        problems.set(index, { field, reason: value.reason });
        return null;
      }),
    );
    return {
      part,
      rows,
      keys: listed.map(({ key }) => key),
      createdAt: listed.map(({ createdAt }) => createdAt),
      ...(problems.size === 0 ? {} : { problems }),
    };
  }

  #stream(name: string): PagedStream<Config> {
    const stream = this.#options.streams.find(({ schema }) => schema.name === name);
    if (stream === undefined) throw new Error(`${this.#options.type} has no stream ${name}`);
    return stream;
  }

  #listing(signal: AbortSignal | undefined): Listing<Config> {
    return { name: this.#options.name, config: this.#config, get: this.#getter(signal), signal };
  }

  #getter(signal: AbortSignal | undefined): GetJson {
    return (path, query) => this.#client.get(path, query, signal);
  }
}
