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
import type { LangfuseClickHouseSourceConfig } from './config.js';
import { checkDatabase } from './check/check-database.js';
import { ClickHouseConnection } from './connection/clickhouse-connection.js';
import { LangfuseTables } from './layout/langfuse-tables.js';
import { hasLegacyStopped } from './layout/tables-in-use.js';
import { digestHours } from './read/digest-hours.js';
import { getRecords } from './read/get-records.js';
import { readWindow } from './read/read-window.js';
import { ProjectNames } from './read/project-names.js';
import type { Reading } from './read/reading.js';
import { keyOf, keyText } from './read/record-key.js';
import { replicaDelayMs } from './read/replica-delay.js';
import { SlicePace } from './read/slice-pace.js';
import { countQuery, nextQuery } from './sql/next-query.js';
import { relatedKeysQuery } from './sql/related-keys-query.js';
import { sql } from './sql/sql.js';
import { DAY_MS } from './sql/times.js';

/** A state of the Postgres source counts other keys: those without a project. */
const UPGRADED = 'If Langfuse was upgraded from v2, rename the pipeline: records have other keys from v3 on';

/** Reads the ClickHouse database of Langfuse v3 and v4. */
export class LangfuseClickHouseSource implements Source {
  readonly givesText = true;
  readonly #config: LangfuseClickHouseSourceConfig;
  readonly #context: AdapterContext;
  #connected: ClickHouseConnection | undefined;
  #knownTables: LangfuseTables | undefined;
  #knownNames: ProjectNames | undefined;
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
      whenChanged: `${UPGRADED}. ${PROJECTS_CHANGED}`,
    };
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    const { inUse } = await this.#tables.trusted(signal);
    if (this.#config.tables === 'legacy' && hasLegacyStopped(inUse)) {
      this.#context.logger.warn(
        { database: this.#connection.place },
        'Langfuse v4 no longer writes to the tables of v3: exporting the records that are in them',
      );
    }
  }

  async check({ signal, plan }: CallOptions & { readonly plan?: ReadPlan } = {}): Promise<readonly CheckResult[]> {
    return checkDatabase(this.#connection, {
      config: this.#config,
      projectNames: this.#projectNames,
      plan,
      now: () => this.#context.runtime.now(),
      signal,
    });
  }

  /** The tables of v3 have ended once v4 writes to its own only. */
  async ended({ signal }: CallOptions = {}): Promise<SourceEnd | undefined> {
    const { inUse } = await this.#tables.trusted(signal);
    if (this.#config.tables !== 'legacy' || !hasLegacyStopped(inUse)) return undefined;
    return inUse.legacy === undefined ? {} : { newest: inUse.legacy };
  }

  async now({ signal }: CallOptions = {}): Promise<Instant> {
    const [row] = await this.#connection.rows(sql`SELECT toUnixTimestamp64Milli(now64(3))`, { signal });
    const delayMs = (await replicaDelayMs(this.#connection, signal)) ?? 0;
    return Number(row?.[0]) - delayMs;
  }

  async next(
    stream: string,
    axis: Axis,
    from: Instant,
    { signal, createdBefore }: CallOptions & { readonly createdBefore?: Instant } = {},
  ): Promise<Instant | undefined> {
    const layout = await this.#tables.layoutOf(stream, signal);
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
    const layout = await this.#tables.layoutOf(window.stream, signal);
    const [row] = await this.#connection.rows(countQuery(layout, window, this.#config.projects), { signal });
    return Number(row?.[0]);
  }

  read(request: ReadRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return readWindow(request, this.#reading(signal));
  }

  get(request: GetRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return getRecords(request, this.#reading(signal));
  }

  async related(
    { key, stream, among, limit }: RelatedRequest,
    { signal }: CallOptions = {},
  ): Promise<readonly RelatedKeys[]> {
    const record = keyOf(key);
    if (record === undefined) return [];
    const { projects } = this.#config;
    const found: RelatedKeys[] = [];
    for (const each of among) {
      const layout = await this.#tables.layoutOf(each, signal);
      const asked = relatedKeysQuery({ layout, key: record, stream, projects, limit });
      if (asked === undefined) continue;
      const rows = await this.#connection.rows(asked, { signal });
      const keys = rows.map(([project = '', id = '']) => keyText([project, id]));
      found.push({ stream: each, keys, total: Number(rows[0]?.[2] ?? 0) });
    }
    return found;
  }

  digest(request: DigestRequest, { signal }: CallOptions = {}): Promise<readonly SourceDigest[]> {
    return digestHours(request, this.#reading(signal));
  }

  async close(): Promise<void> {
    await Promise.all([this.#connected?.close(), this.#knownNames?.close()]);
  }

  get #connection(): ClickHouseConnection {
    this.#connected ??= new ClickHouseConnection(this.#config, this.#context);
    return this.#connected;
  }

  get #projectNames(): ProjectNames {
    this.#knownNames ??= new ProjectNames(this.#config, this.#context);
    return this.#knownNames;
  }

  get #tables(): LangfuseTables {
    this.#knownTables ??= new LangfuseTables(this.#connection, this.#config, () => this.#context.runtime.monotonicMs());
    return this.#knownTables;
  }

  #reading(signal: AbortSignal | undefined): Reading {
    const { projects, content, pageSize } = this.#config;
    return {
      connection: this.#connection,
      projects,
      projectNames: (fields) => this.#projectNames.namesFor(fields, signal),
      content,
      pageSize,
      signal,
      layoutOf: (stream) => this.#tables.layoutOf(stream, signal),
      beforeHistory: () => this.#tables.assertHistory(signal),
      paceOf: (stream) => this.#paceOf(stream),
      beforeEnd: async () => {
        await this.#tables.trusted(signal);
      },
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
