import { SluiceError, type CheckResult } from '@sluice/core/adapter';
import { PROJECTS_FINDING } from '@sluice/langfuse-records';
import { allOf, raw, sql, type Sql } from '../sql/sql.js';
import { inProjects } from '../sql/window-part.js';
import type { CheckContext } from './check-context.js';

/** A longer list is not to be picked from. */
const OFFERED = 200;

/** How many ids a message lists. */
const LISTED = 10;

/** Projects without a trace in this time are not looked for: ClickHouse has no list of them. */
const DAYS = 31;

export async function projectsFinding({
  connection,
  config,
  projectNames,
  tables,
  signal,
}: CheckContext): Promise<readonly CheckResult[]> {
  const name = PROJECTS_FINDING;
  const [table, time] = tables.chosen === 'events' ? ['events_core', 'start_time'] : ['traces', 'timestamp'];
  const recent = sql`${raw(time)} >= now() - INTERVAL ${DAYS} DAY`;
  const idsWhere = async (condition: Sql): Promise<readonly string[]> => {
    const found = await connection.rows(
      sql`SELECT DISTINCT project_id FROM ${raw(table)} WHERE ${condition} ORDER BY project_id LIMIT ${OFFERED + 1}`,
      { signal },
    );
    return found.map(([id = '']) => id);
  };
  const ids = await idsWhere(recent);
  if (config.projects === 'all') {
    // Only labels: whether the names can be read is a separate finding.
    const names = await projectNames.names(signal).catch(() => config.projectNames);
    const choices = ids.length > OFFERED ? [] : ids.map((value) => ({ value, label: names[value] ?? value }));
    const count = ids.length > OFFERED ? `more than ${OFFERED}` : String(ids.length);
    const message = `all (${count} with traces of the last ${DAYS} days)`;
    return [{ name, outcome: 'good', message, ...(choices.length === 0 ? {} : { choices }) }];
  }
  const known = ids.length > OFFERED ? await idsWhere(allOf([recent, inProjects(config.projects)])) : ids;
  const unknown = config.projects.filter((id) => !known.includes(id));
  if (unknown.length === 0 || known.length > OFFERED)
    return [{ name, outcome: 'good', message: config.projects.join(', ') }];
  const others =
    ids.length === 0
      ? 'no project has'
      : `these have: ${ids.slice(0, LISTED).join(', ')}${ids.length > LISTED ? ', …' : ''}`;
  const message = `${unknown.join(', ')} ${unknown.length === 1 ? 'has' : 'have'} no traces of the last ${DAYS} days; ${others}`;
  return [
    {
      name,
      outcome: 'warning',
      message,
      fix: 'correct projects in the pipeline file, unless there was simply no traffic',
    },
  ];
}

/** Whether the names of projects that a mapping asks for are known. */
export async function projectNamesFindings({
  config: { projects, postgres },
  projectNames,
  plan,
  signal,
}: Pick<CheckContext, 'config' | 'projectNames' | 'plan' | 'signal'>): Promise<readonly CheckResult[]> {
  const isAsked = plan?.streams.some(({ fields }) => fields.some(({ field }) => field === 'project_name')) ?? false;
  if (!isAsked) return [];
  const name = 'project names';
  const fix =
    'set projectNames: { <project id>: <name> } in the options of the source, or postgres, the address of Langfuse’s Postgres';
  let named: readonly string[];
  try {
    named = Object.keys(await projectNames.names(signal));
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    return [{ name, outcome: 'bad', message: error.message, fix: 'correct postgres in the options of the source' }];
  }
  if (named.length === 0) {
    const message = 'the mapping reads project_name, but no project names are configured, so it is null';
    return [{ name, outcome: 'warning', message, fix }];
  }
  const without = projects === 'all' ? [] : projects.filter((id) => !named.includes(id));
  if (without.length > 0)
    return [{ name, outcome: 'warning', message: `there is no name for ${without.join(', ')}`, fix }];
  const place = postgres === undefined ? 'in projectNames' : 'in postgres and projectNames';
  return [{ name, outcome: 'good', message: `${named.length} ${place}` }];
}
