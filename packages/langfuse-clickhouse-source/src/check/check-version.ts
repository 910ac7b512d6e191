import type { CheckResult } from '@sluice/core/adapter';
import { grantedColumns, missingColumns } from '../layout/required-columns.js';
import { hasLegacyStopped, writeMode } from '../layout/tables-in-use.js';
import type { CheckContext } from './check-context.js';
import { grantStatements } from './grant-statements.js';

/** With rows that appear so late, `settle` must be longer. */
const DUAL_LATENESS_MS = 30 * 60_000;

const MODES = {
  events_only: 'Langfuse v4, which writes one row per span (events_only)',
  dual: 'Langfuse v4, which writes the tables of v3 and of v4 (dual)',
  legacy: 'Langfuse v4, which writes the tables of v3 (legacy)',
};

/** Which Langfuse this is, which of its tables are read, and whether the user can read what is needed of them. */
export function versionFinding(context: CheckContext): readonly CheckResult[] {
  const { connection, config, plan, tables } = context;
  const { columns, inUse, chosen } = tables;
  const name = 'Langfuse version';
  const missing = missingColumns(columns, chosen, config.content);
  if (missing !== undefined) {
    const statements = grantStatements(grantedColumns(chosen, config.content), connection.address);
    return [{ name, outcome: 'bad', message: `${connection.place}: ${missing.found}`, fix: missing.fix, statements }];
  }
  const mode = writeMode(inUse);
  const version = mode === undefined ? versionByTables(columns.has('events_core')) : MODES[mode];
  const message = `${version}; reads the tables of ${chosen === 'events' ? 'v4' : 'v3'}`;
  if (chosen === 'legacy' && hasLegacyStopped(inUse)) {
    const stopped = `${version}; the tables of v3 no longer grow`;
    if (config.frozen === 'finish')
      return [{ name, outcome: 'warning', message: `${stopped}, and their records are exported` }];
    const fix = 'set tables: events, or frozen: finish to export what is left in them first';
    return [{ name, outcome: 'bad', message: stopped, fix }];
  }
  if (chosen === 'events' && mode === 'legacy') {
    return [{ name, outcome: 'bad', message, fix: 'set tables: legacy: Langfuse does not write to the tables of v4' }];
  }
  if (chosen === 'events' && mode === 'dual' && plan !== undefined && plan.settleMs < DUAL_LATENESS_MS) {
    const late = `${message}; rows appear there 13 to 15 minutes after their creation`;
    return [{ name, outcome: 'warning', message: late, fix: 'set settle: 30m or longer, or tables: legacy' }];
  }
  return [{ name, outcome: 'good', message }];
}

function versionByTables(hasEvents: boolean): string {
  return hasEvents ? 'Langfuse v4' : 'Langfuse v3';
}
