import { createHash } from 'node:crypto';
import {
  TransientError,
  type AdapterContext,
  type Axis,
  type CallOptions,
  type CheckResult,
  type Identity,
  type Instant,
  type ReadPlan,
  type ReadRequest,
  type RecordPage,
  type Source,
} from '@sluice/core';
import { checkDatabase } from './check-database.js';
import type { LangfusePostgresSourceConfig } from './config.js';
import { parseConnectionUrl, type ConnectionSettings } from './connection-settings.js';
import { assertNoDrift } from './drift.js';
import { ReadOnlyTransactions } from './read-only-transactions.js';
import { readWindow } from './read-window.js';
import { nextQuery } from './sql/next-query.js';
import { raw, sql, wholeMs } from './sql/sql.js';
import { streamNamed } from './streams.js';

/** Reads a Langfuse v2 database. */
export class LangfusePostgresSource implements Source {
  readonly #config: LangfusePostgresSourceConfig;
  readonly #context: AdapterContext;
  readonly #settings: ConnectionSettings;
  readonly #transactions: ReadOnlyTransactions;

  constructor(config: LangfusePostgresSourceConfig, context: AdapterContext) {
    const settings = parseConnectionUrl(config.url.reveal());
    if ('problem' in settings) throw new Error(`the url ${settings.problem}`);
    this.#config = config;
    this.#context = context;
    this.#settings = settings;
    this.#transactions = new ReadOnlyTransactions(settings, {
      statementTimeoutMs: config.statementTimeoutSeconds * 1000,
      lockTimeoutMs: config.lockTimeoutSeconds * 1000,
      connectTimeoutMs: config.connectTimeoutSeconds * 1000,
      maxConnections: config.maxConnections,
    });
  }

  identity(): Identity {
    const { host, port, database, schema } = this.#settings;
    const { projects } = this.#config;
    const described = JSON.stringify(['langfuse-postgres', host.toLowerCase(), port, database, schema, projects]);
    const list = projects === 'all' ? 'all' : projects.join(', ');
    return {
      description: `database ${database} on ${host}:${port}, projects: ${list}`,
      fingerprint: createHash('sha256').update(described).digest('hex'),
    };
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    const { place } = this.#transactions;
    const { frozen } = this.#config;
    const version = await this.#transactions.run((query) => assertNoDrift(query, place, frozen), signal);
    if (version === 'v3') {
      this.#context.logger.warn(
        { database: place },
        'the database belongs to Langfuse v3: exporting what v2 left in it',
      );
    }
  }

  check({ signal, plan }: CallOptions & { readonly plan?: ReadPlan } = {}): Promise<readonly CheckResult[]> {
    return checkDatabase(this.#transactions, {
      projects: this.#config.projects,
      frozen: this.#config.frozen,
      pageSize: this.#config.pageSize,
      plan,
      now: () => this.#context.runtime.now(),
      signal,
    });
  }

  async now({ signal }: CallOptions = {}): Promise<Instant> {
    const { place } = this.#transactions;
    const [row] = await this.#transactions.run(
      (query) =>
        query(sql`
          SELECT ${raw(wholeMs('CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() ELSE clock_timestamp() END'))}`),
      signal,
    );
    const text = row?.[0];
    if (text === null || text === undefined) {
      throw new TransientError(`${place}: the replica has not replayed a transaction since it was started`);
    }
    return Number(text);
  }

  async next(
    stream: string,
    axis: Axis,
    from: Instant,
    { signal, createdBefore }: CallOptions & { readonly createdBefore?: Instant } = {},
  ): Promise<Instant | undefined> {
    const probe = nextQuery({
      stream: streamNamed(stream),
      projects: this.#config.projects,
      axis,
      from,
      createdBefore,
    });
    const [row] = await this.#transactions.run((query) => query(probe), signal);
    const text = row?.[0];
    return text === null || text === undefined ? undefined : Number(text);
  }

  read(request: ReadRequest, { signal }: CallOptions = {}): AsyncIterable<RecordPage> {
    const transactions = this.#transactions;
    const { frozen, projects, pageSize } = this.#config;
    return readWindow(request, {
      projects,
      pageSize,
      run: (work) => transactions.run(work, signal),
      beforeEnd: async (query) => {
        await assertNoDrift(query, transactions.place, frozen);
      },
    });
  }

  close(): Promise<void> {
    return this.#transactions.close();
  }
}
