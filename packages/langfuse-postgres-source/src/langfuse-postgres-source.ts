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
  SourceEnd,
  SourceIdentity,
  Window,
} from '@sluice/core/source';
import { PROJECTS_CHANGED } from '@sluice/langfuse-records';
import {
  connectionSettings,
  isSmallTableQuery,
  LATEST_MS,
  plannedRows,
  ReadingPaces,
  SlowStatementError,
  SourceClock,
  type SqlQuery,
} from '@sluice/postgres';
import { digestHours } from './read/digest-hours.js';
import { assertProjects } from './check/assert-projects.js';
import { checkDatabase } from './check/check-database.js';
import type { LangfusePostgresSourceConfig } from './config.js';
import { assertNoDrift, type LangfuseVersion } from './check/drift.js';
import { getRecords } from './read/get-records.js';
import { ReadOnlyTransactions } from './read/read-only-transactions.js';
import { readWindow, type WindowReading } from './read/read-window.js';
import { countQuery, estimateQuery } from './sql/estimate-query.js';
import { newestQuery, nextQuery } from './sql/next-query.js';
import { relatedKeysQuery } from './sql/related-keys-query.js';
import { streamNamed } from './streams.js';

/** A digest over this many rows takes a few tenths of a second. */
const DIGEST_ROWS = 50_000;

/** Reads a Langfuse v2 database. */
export class LangfusePostgresSource implements Source {
  readonly givesText = true;
  readonly #config: LangfusePostgresSourceConfig;
  readonly #context: AdapterContext;
  readonly #transactions: ReadOnlyTransactions;
  /** By stream, and one for digests. */
  readonly #paces: ReadingPaces;
  /** The streams of which a first record cannot be found within the time limit. */
  readonly #roughStreams = new Set<string>();
  readonly #clock: SourceClock;

  constructor(config: LangfusePostgresSourceConfig, context: AdapterContext) {
    this.#config = config;
    this.#context = context;
    this.#transactions = new ReadOnlyTransactions(config, context.baseDirectory);
    this.#paces = new ReadingPaces(config.statementTimeoutSeconds, context);
    this.#clock = new SourceClock(this.#transactions.place, config.replicaDelaySeconds, context.runtime);
  }

  identity(): SourceIdentity {
    const { projects } = this.#config;
    const { hosts, database, schema, searchPath } = connectionSettings(this.#config.url);
    const names = hosts.map(({ host, port }) => `${host.toLowerCase()}:${port}`).toSorted();
    // Every pipeline's state holds this fingerprint: for one host it must never change.
    const address = hosts.length === 1 ? hosts.flatMap(({ host, port }) => [host.toLowerCase(), port]) : names;
    const tables = schema ?? searchPath ?? 'public';
    const described = JSON.stringify(['langfuse-postgres', ...address, database, tables, projects]);
    const list = projects === 'all' ? 'all' : projects.join(', ');
    return {
      description: `database ${database} on ${names.join(',')}, projects: ${list}`,
      fingerprint: createHash('sha256').update(described).digest('hex'),
      whenChanged: PROJECTS_CHANGED,
    };
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    const version = await this.#transactions.run(async (query) => {
      const found = await this.#version(query);
      await assertProjects(query, this.#config.projects, this.#transactions.place);
      return found;
    }, signal);
    if (version === 'v3') {
      const { place } = this.#transactions;
      this.#context.logger.warn(
        { database: place },
        'the database was upgraded to Langfuse v3: exporting the records that v2 left',
      );
    }
  }

  /** A database that was upgraded to Langfuse v3 has ended: new records are in ClickHouse. */
  ended({ signal }: CallOptions = {}): Promise<SourceEnd | undefined> {
    return this.#transactions.run(async (query) => {
      if ((await this.#version(query)) === 'v2') return undefined;
      const [row] = await query(newestQuery());
      const newest = row?.[0] ?? undefined;
      return newest === undefined ? {} : { newest: Number(newest) };
    }, signal);
  }

  check({ signal, plan }: CallOptions & { readonly plan?: ReadPlan } = {}): Promise<readonly CheckResult[]> {
    return checkDatabase(this.#transactions, {
      projects: this.#config.projects,
      frozen: this.#config.frozen,
      content: this.#config.content,
      replicaDelaySeconds: this.#config.replicaDelaySeconds,
      pageSize: this.#config.pageSize,
      plan,
      now: () => this.#context.runtime.now(),
      signal,
    });
  }

  now({ signal }: CallOptions = {}): Promise<Instant> {
    return this.#transactions.run((query) => this.#clock.now(query), signal);
  }

  async next(
    stream: string,
    axis: Axis,
    from: Instant,
    { signal, createdBefore }: CallOptions & { readonly createdBefore?: Instant } = {},
  ): Promise<Instant | undefined> {
    // The window before has no end in the database.
    if (from > LATEST_MS) return undefined;
    const probe = async (isRough: boolean): Promise<string | null | undefined> => {
      const { projects } = this.#config;
      const asked = nextQuery({ stream: streamNamed(stream), projects, axis, from, createdBefore, isRough });
      const [row] = await this.#transactions.run(async (query) => {
        const found = await query(asked);
        // The answer may end a window without a read: a gap, or the end of the history.
        await this.#version(query);
        return found;
      }, signal);
      return row?.[0];
    };
    const isRough = this.#roughStreams.has(stream);
    const text = await probe(isRough).catch((error: unknown) => {
      if (isRough || !(error instanceof SlowStatementError)) throw error;
      // Looking for one record among the rows of other projects or kinds can take for ever.
      this.#roughStreams.add(stream);
      return probe(true);
    });
    return text === null || text === undefined ? undefined : Number(text);
  }

  async estimate(window: Window, { signal }: CallOptions = {}): Promise<number> {
    const { projects } = this.#config;
    const stream = streamNamed(window.stream);
    return this.#transactions.run(async (query) => {
      const [small] = await query(isSmallTableQuery(stream.table));
      if (small?.[0] === 't') {
        const [counted] = await query(countQuery(stream, window, projects));
        return Number(counted?.[0]);
      }
      const [explained] = await query(estimateQuery(stream, window, projects));
      return plannedRows(explained?.[0] ?? '');
    }, signal);
  }

  read(request: ReadRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return readWindow(request, this.#reading(signal));
  }

  get(request: GetRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return getRecords(request, this.#reading(signal));
  }

  related(
    { key, stream, among, limit }: RelatedRequest,
    { signal }: CallOptions = {},
  ): Promise<readonly RelatedKeys[]> {
    const { projects } = this.#config;
    return this.#transactions.run(async (query) => {
      const found: RelatedKeys[] = [];
      for (const each of among) {
        const asked = relatedKeysQuery({ among: each, key, stream, projects, limit });
        if (asked === undefined) continue;
        const rows = await query(asked);
        found.push({ stream: each, keys: rows.map(([id]) => id ?? ''), total: Number(rows[0]?.[1] ?? 0) });
      }
      return found;
    }, signal);
  }

  digest(request: DigestRequest, { signal }: CallOptions = {}): Promise<readonly SourceDigest[]> {
    return digestHours(request, this.#reading(signal), this.#paces.of(`digests of ${request.stream}`, DIGEST_ROWS));
  }

  close(): Promise<void> {
    return this.#transactions.close();
  }

  #reading(signal: AbortSignal | undefined): WindowReading {
    const { projects, content, pageSize } = this.#config;
    return {
      projects,
      content,
      pageSize,
      paceOf: (stream) => this.#paces.of(stream, pageSize),
      run: (work) => this.#transactions.run(work, signal),
      beforeEnd: async (query) => {
        await this.#version(query);
      },
    };
  }

  /** Throws unless the database may still be exported. */
  #version(query: SqlQuery): Promise<LangfuseVersion> {
    return assertNoDrift(query, this.#transactions.place, this.#config);
  }
}
