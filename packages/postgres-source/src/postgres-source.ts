import { createHash } from 'node:crypto';
import type { AdapterContext, CallOptions, CheckResult, Instant } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import type {
  Axis,
  DigestRequest,
  GetRequest,
  ReadPlan,
  ReadRequest,
  RecordPage,
  Source,
  SourceDigest,
  SourceIdentity,
  Window,
} from '@sluice/core/source';
import {
  connectionSettings,
  isSmallTableQuery,
  LATEST_MS,
  marked,
  plannedRows,
  raw,
  ReadingPaces,
  ReadOnlyTransactions,
  SourceClock,
  sql,
  type FailureRule,
} from '@sluice/postgres';
import { checkTables } from './check/check-tables.js';
import type { PostgresSourceConfig } from './config.js';
import { digestHours } from './digest.js';
import { driftOf, keyTypeOf } from './drift.js';
import { countQuery, nextQuery } from './page-query.js';
import { readRelation, type RelationFacts } from './read-columns.js';
import { getRecords, readWindow, type TableReading } from './read-window.js';
import { tableStreams, type TableStream } from './table-stream.js';

const DIFFERS =
  'compare the schema file with the database: sluice check names what differs, sluice schema pull corrects it';

/** What failures of statements mean that are made from a description. */
const RULES: readonly FailureRule[] = [
  [
    '42501',
    'setup',
    'grant the role what it lacks: SELECT, or BYPASSRLS where row-level security would hide rows from it',
  ],
  ['42', 'setup', DIFFERS],
  ['0A000', 'setup', 'the query does more than a SELECT, or a table changed while it was read'],
  ['25006', 'setup', 'the query writes to the database: only a SELECT can be read'],
];

/** For index scans in the order of the pages rather than sorting a whole window for each. */
const SESSION = { enable_sort: 'off' };

/** Reads the tables and queries that are described in YAML. */
export class PostgresSource implements Source {
  readonly givesText = true;
  readonly #config: PostgresSourceConfig;
  readonly #context: AdapterContext;
  readonly #transactions: ReadOnlyTransactions;
  readonly #clock: SourceClock;
  readonly #streams: ReadonlyMap<string, TableStream>;
  readonly #relations = new Map<string, RelationFacts>();
  readonly #paces: ReadingPaces;

  constructor(config: PostgresSourceConfig, context: AdapterContext) {
    this.#config = config;
    this.#context = context;
    this.#streams = tableStreams(config.streams ?? {});
    this.#transactions = openTransactions(config, context);
    this.#paces = new ReadingPaces(config.statementTimeoutSeconds, context);
    this.#clock = new SourceClock(this.#transactions.place, config.replicaDelaySeconds, context.runtime);
  }

  identity(): SourceIdentity {
    const { hosts, database, schema, searchPath } = connectionSettings(this.#config.url);
    const names = hosts.map(({ host, port }) => `${host.toLowerCase()}:${port}`).toSorted();
    const described = JSON.stringify(['postgres', names, database, schema ?? searchPath ?? 'public']);
    return {
      description: `database ${database} on ${names.join(',')}`,
      fingerprint: createHash('sha256').update(described).digest('hex'),
    };
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    const { place } = this.#transactions;
    await this.#transactions.run(async (query) => {
      const drift: string[] = [];
      for (const stream of this.#streams.values()) {
        const relation = await readRelation(query, stream);
        drift.push(...driftOf(stream, relation));
        if (relation !== undefined) this.#relations.set(stream.name, relation);
      }
      if (drift.length > 0) throw new SourceDriftError(`${place}: ${drift.join('; ')}; ${DIFFERS}`);
    }, signal);
  }

  check({ signal, plan }: CallOptions & { readonly plan?: ReadPlan } = {}): Promise<readonly CheckResult[]> {
    return checkTables(this.#transactions, [...this.#streams.values()], {
      plan,
      replicaDelaySeconds: this.#config.replicaDelaySeconds,
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
    if (from > LATEST_MS) return undefined;
    const asked = nextQuery(this.#streamNamed(stream), axis, from, createdBefore);
    const [row] = await this.#transactions.run((query) => query(asked), signal);
    const text = row?.[0];
    return text === null || text === undefined ? undefined : Number(text);
  }

  read(request: ReadRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return readWindow(request, this.#reading(signal));
  }

  get(request: GetRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    return getRecords(request, this.#reading(signal));
  }

  estimate(window: Window, { signal }: CallOptions = {}): Promise<number> {
    const stream = this.#streamNamed(window.stream);
    const counted = countQuery(stream, window);
    return this.#transactions.run(async (query) => {
      const isTable = this.#relations.get(stream.name)?.kind === 'table';
      const [small] = isTable ? await query(isSmallTableQuery(marked(stream.relation))) : [];
      if (small?.[0] === 't') return Number((await query(counted))[0]?.[0]);
      const rows = sql`${raw(counted.text.replace('count(*)', '1'))}`;
      const [explained] = await query({ text: `EXPLAIN (FORMAT JSON) ${rows.text}`, bindings: counted.bindings });
      return plannedRows(explained?.[0] ?? '');
    }, signal);
  }

  digest(request: DigestRequest, { signal }: CallOptions = {}): Promise<readonly SourceDigest[]> {
    return digestHours(this.#streamNamed(request.stream), request, {
      run: (work) => this.#transactions.run(work, signal),
      statementTimeoutMs: this.#config.statementTimeoutSeconds * 1000,
      monotonicMs: () => this.#context.runtime.monotonicMs(),
    });
  }

  close(): Promise<void> {
    return this.#transactions.close();
  }

  #reading(signal: AbortSignal | undefined): TableReading {
    return {
      streamNamed: (name) => this.#streamNamed(name),
      pageSize: this.#config.pageSize,
      paceOf: (stream) => this.#paces.of(stream, this.#config.pageSize),
      run: (work) => this.#transactions.run(work, signal),
      keyTypes: (stream) => {
        const columns = this.#relations.get(stream.name)?.columns ?? [];
        return stream.schema.key.map((name) => {
          const column = stream.fields.get(name)?.column;
          return keyTypeOf(columns.find((each) => each.name === column)?.type);
        });
      },
    };
  }

  #streamNamed(name: string): TableStream {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Error(`unknown stream ${name}`);
    return stream;
  }
}

export function openTransactions(
  config: ConstructorParameters<typeof ReadOnlyTransactions>[0],
  { baseDirectory }: AdapterContext,
): ReadOnlyTransactions {
  return new ReadOnlyTransactions(config, { baseDirectory, session: SESSION, rules: RULES });
}
