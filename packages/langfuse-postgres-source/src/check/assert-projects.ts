import { type Projects, Drift } from '@sluice/langfuse-records';
import { sql, type SqlQuery } from '@sluice/postgres';
import { schemasOfLangfuse } from './drift.js';

/** How many ids a message lists. */
const LISTED = 10;

/** Throws unless the projects exist: the tables may be another Langfuse's, or those of an installation that was left. */
export async function assertProjects(query: SqlQuery, projects: Projects, place: string): Promise<void> {
  const rows = await query(sql`SELECT id FROM projects ORDER BY id LIMIT ${LISTED + 1}`);
  const ids = rows.map(([id]) => id ?? '');
  if (ids.length === 0) await assertOnlySchema(query, place);
  if (projects === 'all') return;
  const known = await query(sql`SELECT id FROM projects WHERE id = ANY (${projects}::text[])`);
  const unknown = projects.filter((project) => !known.some(([id]) => id === project));
  if (unknown.length === 0) return;
  const more = ids.length > LISTED ? ', …' : '';
  const list =
    ids.length === 0 ? 'there are no projects' : `the projects are ${ids.slice(0, LISTED).join(', ')}${more}`;
  throw new Drift(
    place,
    `unknown ${unknown.length === 1 ? 'project' : 'projects'} ${unknown.join(', ')}: ${list}`,
    'correct projects in the pipeline file; if one was deleted, `sluice state accept` continues without it',
  );
}

async function assertOnlySchema(query: SqlQuery, place: string): Promise<void> {
  const others = (await schemasOfLangfuse(query)).filter(({ isInPath }) => !isInPath);
  const [other] = others;
  if (other === undefined) return;
  throw new Drift(
    place,
    `the tables have no projects, and ${others.map(({ name }) => name).join(', ')} also has the tables of Langfuse`,
    `name the schema to read, as with ?schema=${encodeURIComponent(other.name)} in url`,
  );
}
