import { SourceDriftError } from '@sluice/core/source';
import { Drift } from '@sluice/langfuse-records';
import type { LangfuseClickHouseSourceConfig } from '../config.js';
import type { ClickHouseConnection } from '../connection/clickhouse-connection.js';
import { eventsLayout } from './events-layout.js';
import { legacyLayout } from './legacy-layout.js';
import { readColumns } from './read-columns.js';
import { missingColumns } from './required-columns.js';
import { spanTableFor } from './span-traces.js';
import type { StreamLayout, TableColumns } from './stream-layout.js';
import { chosenTables, hasLegacyStopped, tablesInUse, type TablesInUse } from './tables-in-use.js';
import { unfinishedHistory } from './unfinished-history.js';

/** What was found of Langfuse's tables. */
export interface FoundTables {
  readonly columns: TableColumns;
  readonly inUse: TablesInUse;
  /** Which are read. */
  readonly chosen: 'legacy' | 'events';
}

type Options = Pick<LangfuseClickHouseSourceConfig, 'tables' | 'frozen' | 'content' | 'projects' | 'unfinishedHistory'>;

/** Short windows follow each other quickly. A table or column that is gone fails their statements by itself. */
const TRUSTED_MS = 5000;

/** Langfuse's tables: which ones are read, how, and whether they can be trusted. */
export class LangfuseTables {
  readonly #connection: ClickHouseConnection;
  readonly #options: Options;
  readonly #monotonicMs: () => number;
  #trusted: { readonly found: FoundTables; readonly atMs: number } | undefined;
  #chosen: 'legacy' | 'events' | undefined;
  #layouts: readonly StreamLayout[] = [];
  #isHistoryThere = false;

  constructor(connection: ClickHouseConnection, options: Options, monotonicMs: () => number) {
    this.#connection = connection;
    this.#options = options;
    this.#monotonicMs = monotonicMs;
  }

  async layoutOf(stream: string, signal?: AbortSignal): Promise<StreamLayout> {
    if (this.#chosen === undefined) await this.trusted(signal);
    const found = this.#layouts.find(({ name }) => name === stream);
    if (found === undefined) throw new Error(`unknown stream ${stream}`);
    return found;
  }

  /** Throws `SourceDriftError` unless the tables are those that the export needs, and written to. */
  async trusted(signal?: AbortSignal): Promise<FoundTables> {
    signal?.throwIfAborted();
    const nowMs = this.#monotonicMs();
    if (this.#trusted !== undefined && nowMs - this.#trusted.atMs < TRUSTED_MS) return this.#trusted.found;
    const found = await this.find(signal);
    const { columns, inUse, chosen } = found;
    const { place } = this.#connection;
    const missing = missingColumns(columns, chosen, this.#options.content);
    if (missing !== undefined) throw new Drift(place, missing.found, missing.fix);
    if (chosen === 'legacy' && hasLegacyStopped(inUse) && this.#options.frozen === 'refuse') {
      throw new Drift(
        place,
        `Langfuse v4 writes its own tables only: those of v3 have had no new rows since ${dateOf(inUse.legacy)}`,
        'set frozen: finish to export what is left in them; then set tables: events and rewind to that time',
      );
    }
    if (this.#chosen !== undefined && this.#chosen !== chosen) {
      throw new SourceDriftError(
        `${place}: Langfuse now writes to ${chosen === 'events' ? 'the tables of v4' : 'the tables of v3'}; the next run reads these`,
      );
    }
    this.#chosen = chosen;
    this.#layouts = this.#layoutsOf(found);
    this.#trusted = { found, atMs: nowMs };
    return found;
  }

  async find(signal?: AbortSignal): Promise<FoundTables> {
    const columns = await readColumns(this.#connection, signal);
    const inUse = await tablesInUse(this.#connection, columns, signal);
    return { columns, inUse, chosen: chosenTables(this.#options.tables, columns, inUse) };
  }

  /** Throws `SourceDriftError` while an upgrade still copies the history to the tables of v4, unless told to go on. */
  async assertHistory(signal?: AbortSignal): Promise<void> {
    if (this.#isHistoryThere || this.#options.unfinishedHistory === 'accept') return;
    const { columns, chosen } = await this.trusted(signal);
    const months =
      chosen === 'legacy' ? [] : await unfinishedHistory(this.#connection, columns, this.#options.projects, signal);
    if (months.length > 0) {
      throw new Drift(
        this.#connection.place,
        `the tables of v4 lack observations of ${months.join(', ')} that are in those of v3: Langfuse still copies them`,
        'wait until its background migrations have finished, or set unfinishedHistory: accept',
      );
    }
    this.#isHistoryThere = true;
  }

  #layoutsOf({ columns, chosen }: FoundTables): readonly StreamLayout[] {
    return chosen === 'legacy' ? legacyLayout(columns) : eventsLayout(columns, spanTableFor(this.#options.content));
  }
}

function dateOf(at: number | undefined): string {
  return at === undefined ? 'the upgrade' : new Date(at).toISOString();
}
