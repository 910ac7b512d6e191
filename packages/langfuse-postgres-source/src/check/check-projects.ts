import type { CheckResult } from '@sluice/core/adapter';
import { type Projects, PROJECTS_FINDING, Drift } from '@sluice/langfuse-records';
import { sql, type SqlQuery } from '@sluice/postgres';
import { assertProjects } from './assert-projects.js';

/** A longer list is not to be picked from. */
const OFFERED = 200;

export async function projectsFinding(query: SqlQuery, projects: Projects, place: string): Promise<CheckResult> {
  const name = PROJECTS_FINDING;
  try {
    await assertProjects(query, projects, place);
  } catch (error) {
    if (!(error instanceof Drift)) throw error;
    return { name, outcome: 'bad', message: error.found, fix: error.fix };
  }
  if (projects !== 'all') return { name, outcome: 'good', message: projects.join(', ') };
  const [row] = await query(sql`SELECT count(*) FROM projects`);
  const count = Number(row?.[0]);
  const rows = count > OFFERED ? [] : await query(sql`SELECT id, name FROM projects ORDER BY name, id`);
  const choices = rows.map(([id, title]) => ({ value: id ?? '', label: `${title} (${id})` }));
  return { name, outcome: 'good', message: `all (${count} now)`, ...(choices.length === 0 ? {} : { choices }) };
}
