import { SluiceError, type CheckResult, type ReadPlan } from '@sluice/core';
import { checkAccess, databaseNow, type AccessOptions } from './check-access.js';
import { indexFindings } from './check-indexes.js';
import { latenessFindings } from './check-lateness.js';
import { planFindings } from './check-plans.js';
import type { Query, ReadOnlyTransactions } from '../read/read-only-transactions.js';
import type { Projects } from '../sql/record-conditions.js';
import { sql } from '../sql/sql.js';

export interface CheckOptions extends AccessOptions {
  readonly projects: Projects;
  readonly pageSize: number;
  /** How the pipeline will read; without it, what depends on that is left out. */
  readonly plan: ReadPlan | undefined;
}

/** Connects and looks at everything that a run needs. A finding never throws; whatever is not a finding does. */
export async function checkDatabase(
  transactions: ReadOnlyTransactions,
  options: CheckOptions,
): Promise<readonly CheckResult[]> {
  const { isReadable, findings } = await checkAccess(transactions, options);
  if (!isReadable) return findings;
  const { plan, projects, pageSize, signal } = options;
  const further: [name: string, look: (query: Query) => Promise<readonly CheckResult[]>][] = [
    ['projects', async (query) => [await projectsFinding(query, projects)]],
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
  for (const [name, look] of further)
    results.push(...(await tried(name, () => transactions.run(look, signal), signal)));
  return results;
}

/** A look that fails says so itself: the others are tried all the same. */
async function tried(
  name: string,
  look: () => Promise<readonly CheckResult[]>,
  signal: AbortSignal | undefined,
): Promise<readonly CheckResult[]> {
  try {
    return await look();
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    return [{ name, outcome: 'unknown', message: error.message }];
  }
}

async function projectsFinding(query: Query, projects: Projects): Promise<CheckResult> {
  const name = 'projects';
  const rows = await query(sql`SELECT id FROM projects ORDER BY id LIMIT 10001`);
  if (projects === 'all') return { name, outcome: 'good', message: `all, ${rows.length} today` };
  const known = new Set(rows.map(([id]) => id));
  const unknown = projects.filter((id) => !known.has(id));
  if (unknown.length === 0) return { name, outcome: 'good', message: projects.join(', ') };
  const fix = 'correct the list of projects, unless they are yet to be created or were deleted';
  return { name, outcome: 'warning', message: `no project ${unknown.join(', ')}`, fix };
}
