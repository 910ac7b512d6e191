import {
  ConfigError,
  RefusedError,
  SluiceError,
  type CallOptions,
  type CheckResult,
  type Identity,
  type JsonValue,
} from '@sluice/core/adapter';
import {
  InvalidRequestError,
  type Arrivals,
  type Assembly,
  type EncodedEvent,
  type Encoding,
  type MappedEvent,
  type Outcome,
  type Receipt,
  type RequestDescription,
  type Sink,
  type SinkContext,
  type SinkLimits,
  type SinkRequest,
} from '@sluice/core/sink';
import type { EventText, WriteEvent } from '@sluice/core/text';
import { connectionSettings, Database, type Query } from '@sluice/postgres';
import { asFindings, findingWithoutMapping, missingColumns, tableFindings } from './check-table.js';
import type { PostgresSinkConfig } from './config.js';
import { widenStatements } from './ddl.js';
import { encodeRow } from './encode-row.js';
import { isOfTheEvents, translatePostgresError } from './postgres-error.js';
import { rejectedColumn } from './rejected-column.js';
import { RowArrivals, type ReadRows } from './row-arrivals.js';
import { tableColumns, type TableColumns } from './table-columns.js';
import { readTableFacts, type TableFacts } from './table-facts.js';
import { quotedTable, type TableName } from './table-name.js';
import { rowsText, upsertStatement } from './upsert.js';
import { writeRow } from './write-row.js';

const CONNECTIONS = 4;

/** More events in a statement gain nothing: 2,000 hide the round trip. Two rows with one key cannot share a statement. */
const LIMITS: SinkLimits = {
  maxEventsPerRequest: 2_000,
  maxBytesPerRequest: 4 * 1_048_576,
  maxRequestsInFlight: CONNECTIONS,
  distinctWithinRequest: true,
};

const ACCEPTED: Outcome = { kind: 'accepted', assurance: 'event' };

/** Rolls back a trial in which everything worked. */
class RollBack extends Error {}

/** Writes each event as one row of a table. An event that is sent again replaces its row. */
export class PostgresSink implements Sink {
  readonly limits = LIMITS;
  readonly #database: Database;
  readonly #table: TableName;
  readonly #columns: TableColumns;
  readonly #upsert: string;
  readonly #hasMapping: boolean;

  constructor(config: PostgresSinkConfig, { baseDirectory, events }: Pick<SinkContext, 'baseDirectory' | 'events'>) {
    const settings = connectionSettings(config.url, baseDirectory);
    this.#table = tableOf(config, settings.schema);
    this.#columns = tableColumns(events);
    this.#hasMapping = events.length > 0;
    this.#upsert = upsertStatement(this.#table, this.#columns.all);
    this.#database = new Database(settings, {
      statementTimeoutMs: config.statementTimeoutSeconds * 1000,
      connectTimeoutMs: config.connectTimeoutSeconds * 1000,
      maxConnections: CONNECTIONS,
      session: { lock_timeout: '0', idle_in_transaction_session_timeout: '60000' },
    });
  }

  identity(): Identity {
    const { place } = this.#database;
    const table = quotedTable(this.#table);
    return { description: `table ${table} in ${place}`, fingerprint: `postgres ${place} ${table}` };
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    const facts = await this.#facts(signal);
    const missing = facts.found === undefined ? [] : missingColumns(this.#columns.all, facts);
    if (missing.length > 0) {
      const statements = widenStatements(facts.found ?? this.#table, missing).join('\n');
      const message = `${this.#database.place}: the mapping has columns that the table does not have; add them:\n${statements}`;
      throw new RefusedError('restricted', message);
    }
    await this.#try(signal);
  }

  check({ signal }: CallOptions = {}): Promise<readonly CheckResult[]> {
    return asFindings(() => this.#findings(signal), 'database reachable', signal);
  }

  encode(event: MappedEvent): Encoding {
    return encodeRow(event, this.#columns);
  }

  textWriter(event: EventText): WriteEvent | undefined {
    return writeRow(event, this.#columns);
  }

  assemble(events: readonly EncodedEvent[]): Assembly {
    return { requests: events.length === 0 ? [] : [{ events }], rejected: [] };
  }

  describe({ events }: SinkRequest): RequestDescription {
    const body = events.map(({ text }): JsonValue => JSON.parse(text));
    return { target: `upsert into ${quotedTable(this.#table)} in ${this.#database.place}`, headers: {}, body };
  }

  async send({ events }: SinkRequest, { signal }: CallOptions): Promise<Receipt> {
    const rows = rowsText(events);
    try {
      await this.#database.write(
        async (query) => {
          const [answer] = await query<{ readonly written: number }>(this.#upsert, [rows]);
          const written = answer?.written ?? 0;
          if (written !== events.length) throw leftOut(events.length - written, events.length);
        },
        { signal },
      );
    } catch (error) {
      signal?.throwIfAborted();
      throw await this.#explain(error, events);
    }
    return { outcomes: events.map(() => ACCEPTED) };
  }

  arrivals(): Arrivals {
    const time = this.#columns.ofField.get('time');
    if (time === undefined) throw new ConfigError([], 'the table cannot be read back: its events have no field `time`');
    const read: ReadRows = (text, values, { signal }) =>
      this.#translating(() => this.#database.read((query) => query(text, values), { signal }), signal);
    return new RowArrivals(this.#table, { time, database: this.#database.place, read });
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  /** Of an event that is refused alone, finds out which column is at fault. */
  async #explain(error: unknown, [event, ...others]: readonly EncodedEvent[]): Promise<unknown> {
    const isAlone = event !== undefined && others.length === 0 && isOfTheEvents(error);
    const column = isAlone ? await rejectedColumn(this.#database, this.#table, JSON.parse(event.text)) : undefined;
    return translatePostgresError(error, this.#database.place, column);
  }

  async #findings(signal: AbortSignal | undefined): Promise<readonly CheckResult[]> {
    const facts = await this.#facts(signal);
    const reached: CheckResult = { name: 'database reachable', outcome: 'good', message: this.#database.place };
    if (!this.#hasMapping) return [reached, findingWithoutMapping(this.#table, facts)];
    const findings = tableFindings(this.#table, this.#columns.all, facts);
    if (findings.some(({ outcome }) => outcome === 'bad')) return [reached, ...findings];
    return [reached, ...findings, ...(await asFindings(() => this.#trial(signal), 'table writable', signal))];
  }

  async #trial(signal: AbortSignal | undefined): Promise<readonly CheckResult[]> {
    await this.#try(signal);
    return [{ name: 'table writable', outcome: 'good', message: 'tried the statement of a run without an event' }];
  }

  /** The statement of a run without an event: it needs the same table, columns, key and rights. */
  async #try(signal: AbortSignal | undefined): Promise<void> {
    await this.#translating(async () => {
      const trial = async (query: Query): Promise<never> => {
        await query(this.#upsert, ['[]']);
        throw new RollBack();
      };
      await this.#database.write(trial, { signal }).catch((error: unknown) => {
        if (!(error instanceof RollBack)) throw error;
      });
    }, signal);
  }

  #facts(signal: AbortSignal | undefined): Promise<TableFacts> {
    return this.#translating(
      () => this.#database.read((query) => readTableFacts(query, this.#table), { signal }),
      signal,
    );
  }

  async #translating<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof SluiceError) throw error;
      throw translatePostgresError(error, this.#database.place);
    }
  }
}

/** Of a request with one event, it says which. */
function leftOut(count: number, all: number): InvalidRequestError {
  return new InvalidRequestError(`a trigger or a policy of the table leaves out ${count} of ${all} rows`);
}

/** The schema of the url holds where the option names none. */
export function tableOf({ table }: Pick<PostgresSinkConfig, 'table'>, schema: string | undefined): TableName {
  return schema === undefined ? table : { schema, ...table };
}
