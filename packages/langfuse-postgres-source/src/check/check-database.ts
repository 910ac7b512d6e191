import { SluiceError, type CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import { type Projects, PROJECTS_FINDING } from '@sluice/langfuse-records';
import type { SqlQuery } from '@sluice/postgres';
import { checkAccess, databaseNow, type AccessOptions } from './check-access.js';
import { indexFindings } from './check-indexes.js';
import { latenessFindings } from './check-lateness.js';
import { planFindings } from './check-plans.js';
import { projectsFinding } from './check-projects.js';
import type { ReadOnlyTransactions } from '../read/read-only-transactions.js';

export interface CheckOptions extends AccessOptions {
  readonly projects: Projects;
  readonly pageSize: number;
  /** How the pipeline will read. Without it, the checks that depend on it are skipped. */
  readonly plan: ReadPlan | undefined;
}

/** Checks everything that a run needs. */
export async function checkDatabase(
  transactions: ReadOnlyTransactions,
  options: CheckOptions,
): Promise<readonly CheckResult[]> {
  const { isReadable, findings } = await checkAccess(transactions, options);
  if (!isReadable) return findings;
  const { plan, projects, pageSize, signal } = options;
  const further: [name: string, check: (query: SqlQuery) => Promise<readonly CheckResult[]>][] = [
    [PROJECTS_FINDING, async (query) => [await projectsFinding(query, projects, transactions.place)]],
    ['indexes', indexFindings],
  ];
  if (plan !== undefined) {
    further.push(
      [
        'cost of a window',
        async (query) => planFindings(query, plan, { projects, pageSize, now: await databaseNow(query) }),
      ],
      ['settle', async (query) => latenessFindings(query, plan, await databaseNow(query))],
    );
  }
  const results = [...findings];
  for (const [name, check] of further)
    results.push(...(await attempt(name, () => transactions.run(check, signal), signal)));
  return results;
}

/** A check that fails is reported as unknown; the others still run. */
async function attempt(
  name: string,
  check: () => Promise<readonly CheckResult[]>,
  signal: AbortSignal | undefined,
): Promise<readonly CheckResult[]> {
  try {
    return await check();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    return [{ name, outcome: 'unknown', message: error.message }];
  }
}
