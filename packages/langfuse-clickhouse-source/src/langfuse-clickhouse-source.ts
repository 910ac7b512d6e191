import { createHash } from 'node:crypto';
import type { AdapterContext, CallOptions, CheckResult, Instant } from '@sluice/core/adapter';
import type {
  Axis,
  DigestRequest,
  GetRequest,
  ReadPlan,
  ReadRequest,
  RecordPage,
  RelatedKeys,
  RelatedRequest,
  Source,
  SourceDigest,
  SourceIdentity,
  Window,
} from '@sluice/core/source';
import type { LangfuseClickHouseSourceConfig } from './config.js';
import { ClickHouseConnection } from './connection/clickhouse-connection.js';
import { legacyLayout } from './layout/legacy-layout.js';
import { readColumns } from './layout/read-columns.js';
import type { StreamLayout } from './layout/stream-layout.js';
import { digestHours } from './read/digest-hours.js';
import { getRecords } from './read/get-records.js';
import { readWindow } from './read/read-window.js';
import type { Reading } from './read/reading.js';
import { SlicePace } from './read/slice-pace.js';
import { countQuery, nextQuery } from './sql/next-query.js';
import { sql } from './sql/sql.js';
import { DAY_MS } from './sql/times.js';

/** Reads the ClickHouse database of Langfuse v3 and v4. */
export class LangfuseClickHouseSource implements Source {
  readonly givesText = true;
  readonly #config: LangfuseClickHouseSourceConfig;
  readonly #context: AdapterContext;
  #connected: ClickHouseConnection | undefined;
  #layout: Promise<readonly StreamLayout[]> | undefined;
  /** By stream. */
  readonly #paces = new Map<string, SlicePace>();

  constructor(config: LangfuseClickHouseSourceConfig, context: AdapterContext) {
    this.#config = config;
    this.#context = context;
  }

  identity(): SourceIdentity {
    const { projects, tables } = this.#config;
    const { host, database } = this.#connection.address;
    const described = JSON.stringify(['langfuse-clickhouse', host.toLowerCase(), database, tables, projects]);
    const list = projects === 'all' ? 'all' : projects.join(', ');
    return {
      description: `ClickHouse database ${database} on ${host}, projects: ${list}`,
      fingerprint: createHash('sha256').update(described).digest('hex'),
    };
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    await this.#layouts();
  }

  async check(options: CallOptions & { readonly plan?: ReadPlan } = {}): Promise<readonly CheckResult[]> {
    await this.open(options);
    return [{ name: 'database reachable', outcome: 'good', message: this.#connection.place }];
  }

  async now({ signal }: CallOptions = {}): Promise<Instant> {
    const [row] = await this.#connection.rows(sql`SELECT toUnixTimestamp64Milli(now64(3))`, { signal });
    return Number(row?.[0]);
  }

  async next(
    stream: string,
    axis: Axis,
    from: Instant,
    { signal, createdBefore }: CallOptions & { readonly createdBefore?: Instant } = {},
  ): Promise<Instant | undefined> {
    const layout = await this.#layoutOf(stream);
    const { projects } = this.#config;
    // A short look first: on the event axis, the tables are sorted and divided by time.
    for (const until of [from + DAY_MS, from + 31 * DAY_MS, Number.POSITIVE_INFINITY]) {
      const [row] = await this.#connection.rows(nextQuery({ layout, projects, axis, from, until, createdBefore }), {
        signal,
      });
      if (row?.[0] !== undefined) return Number(row[0]);
    }
    return undefined;
  }

  async estimate(window: Window, { signal }: CallOptions = {}): Promise<number> {
    const layout = await this.#layoutOf(window.stream);
    const [row] = await this.#connection.rows(countQuery(layout, window, this.#config.projects), { signal });
    return Number(row?.[0]);
  }

  read(request: ReadRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return readWindow(request, this.#reading(signal));
  }

  get(request: GetRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return getRecords(request, this.#reading(signal));
  }

  async related(_request: RelatedRequest, _options: CallOptions = {}): Promise<readonly RelatedKeys[]> {
    return [];
  }

  digest(request: DigestRequest, { signal }: CallOptions = {}): Promise<readonly SourceDigest[]> {
    return digestHours(request, this.#reading(signal));
  }

  async close(): Promise<void> {
    await this.#connected?.close();
  }

  get #connection(): ClickHouseConnection {
    this.#connected ??= new ClickHouseConnection(this.#config, this.#context);
    return this.#connected;
  }

  #layouts(): Promise<readonly StreamLayout[]> {
    this.#layout ??= readColumns(this.#connection)
      .then(legacyLayout)
      .catch((error: unknown) => {
        this.#layout = undefined;
        throw error;
      });
    return this.#layout;
  }

  async #layoutOf(stream: string): Promise<StreamLayout> {
    const layouts = await this.#layouts();
    const found = layouts.find(({ name }) => name === stream);
    if (found === undefined) throw new Error(`unknown stream ${stream}`);
    return found;
  }

  #reading(signal: AbortSignal | undefined): Reading {
    const { projects, projectNames, pageSize } = this.#config;
    return {
      connection: this.#connection,
      projects,
      projectNames,
      pageSize,
      signal,
      layoutOf: (stream) => this.#layoutOf(stream),
      paceOf: (stream) => this.#paceOf(stream),
      beforeEnd: () => Promise.resolve(),
    };
  }

  #paceOf(stream: string): SlicePace {
    const { logger, runtime } = this.#context;
    const pace =
      this.#paces.get(stream) ??
      new SlicePace({
        sliceRows: this.#config.sliceRows,
        statementTimeoutMs: this.#config.statementTimeoutSeconds * 1000,
        monotonicMs: () => runtime.monotonicMs(),
        onSlower: (rows, error) =>
          logger.warn(
            { reading: stream, rows, error: error.message },
            'a statement failed; reading fewer rows at once',
          ),
      });
    this.#paces.set(stream, pace);
    return pace;
  }
}
