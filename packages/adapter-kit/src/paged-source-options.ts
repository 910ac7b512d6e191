import type { Instant, JsonObject } from '@sluice/core/adapter';
import type { SourceDefinition, StreamSchema } from '@sluice/core/source';
import type { HttpTimeouts } from './http-options.js';
import type { HttpTarget } from './http-request.js';
import type { StatusTable } from './status-error.js';

/** Asks the API with GET and returns the JSON of its answer. Throws the errors of the contracts for any other answer. */
export type GetJson = (path: string, query?: Readonly<Record<string, string>>) => Promise<unknown>;

/** Which page is asked for. */
export interface PageRequest<Config> {
  /** Records created in `[from, until)`, oldest first. Others that the API gives are left out. */
  readonly from: Instant;
  readonly until: Instant;
  /** `next` of the page before; absent for the first page. */
  readonly token?: string;
  readonly config: Config;
  readonly get: GetJson;
}

export interface ApiPage {
  /** As the API gives them. */
  readonly records: readonly JsonObject[];
  /**
   * What the next page is asked with; absent after the last one. It is kept in the state: it must mean the same after a
   * restart, and name a place between two records rather than a number of records to skip.
   */
  readonly next?: string | undefined;
}

/** One kind of record that an API lists by the time of its creation. */
export interface PagedStream<Config> {
  /** A field is read from the path of its name, such as `user.id`, unless `paths` has another one. */
  readonly schema: StreamSchema;
  readonly paths?: Readonly<Record<string, string>>;
  /** One page. */
  page(request: PageRequest<Config>): Promise<ApiPage>;
  /** When the API learned of the record: what its pages are ordered by. Also taken as the time of the event. */
  created(record: JsonObject): Instant;
  /**
   * When the record last changed. With it, changes are followed: the records of `revisit` are listed again, and those that
   * changed are taken. Absent: a change is not noticed.
   */
  changed?(record: JsonObject): Instant;
  /**
   * The record with a key; undefined, or an answer of 404, if there is none. A key of several fields is a JSON list of their
   * texts. Absent: dead letters are replayed from their events.
   */
  record?(key: string, request: Pick<PageRequest<Config>, 'config' | 'get'>): Promise<JsonObject | undefined>;
}

/** What is particular to an API. `pagedSource` does the rest. */
export interface PagedSourceOptions<Config extends Partial<HttpTimeouts>> extends Pick<
  SourceDefinition<Config>,
  'type' | 'doc' | 'config' | 'setup'
> {
  /** The API's name in messages. */
  readonly name: string;
  /** The option that holds the address. Default: `host`. */
  readonly addressOption?: string;
  /** Pure: the address, headers and credentials of every request. */
  request(config: Config): HttpTarget & {
    /** What distinguishes the account at the address, such as `project 12`. Default: a hash of the secrets. */
    readonly account?: string;
  };
  readonly streams: readonly PagedStream<Config>[];
  /** The API's clock. Default: this machine's, so `settle` must cover the difference between the two. */
  now?(request: Pick<PageRequest<Config>, 'config' | 'get'>): Promise<Instant>;
  readonly statuses?: StatusTable;
}
