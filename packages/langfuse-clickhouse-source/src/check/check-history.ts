import type { CheckResult } from '@sluice/core/adapter';
import { unfinishedHistory } from '../layout/unfinished-history.js';
import type { CheckContext } from './check-context.js';

/** Whether an upgrade to v4 still copies what v3 left. */
export async function historyFindings({
  connection,
  config,
  tables,
  signal,
}: CheckContext): Promise<readonly CheckResult[]> {
  if (tables.chosen === 'legacy') return [];
  const months = await unfinishedHistory(connection, tables.columns, config.projects, signal);
  if (months.length === 0) return [];
  const message = `the tables of v4 lack observations of ${months.join(', ')} that are in those of v3`;
  const fix =
    'export history when Langfuse’s background migrations have finished: following does not find the observations that they add';
  return [{ name: 'history', outcome: 'warning', message, fix }];
}
