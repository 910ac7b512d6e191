import type { Projects } from '@sluice/langfuse-records';
import type { StreamLayout } from '../layout/stream-layout.js';
import type { RecordKey } from './records-query.js';
import { allOf, joined, NOTHING, raw, sql, type Sql } from './sql.js';
import { inProjects } from './window-part.js';

/** The columns that name the record to which one belongs. */
const REFERENCES: Readonly<Record<string, readonly { readonly to: readonly string[]; readonly column: string }[]>> = {
  generation: [{ to: ['trace'], column: 'trace_id' }],
  observation: [{ to: ['trace'], column: 'trace_id' }],
  score: [
    { to: ['trace'], column: 'trace_id' },
    { to: ['generation', 'observation'], column: 'observation_id' },
  ],
};

export interface RelatedKeysQuery {
  /** Of the records to look for. */
  readonly layout: StreamLayout;
  readonly key: RecordKey;
  /** Of the key; absent: any. */
  readonly stream: string | undefined;
  readonly projects: Projects;
  readonly limit: number;
}

/** The first records of a stream that belong to a record: (project, id, how many there are). Undefined when none can. */
export function relatedKeysQuery({ layout, key, stream, projects, limit }: RelatedKeysQuery): Sql | undefined {
  const [project, id] = key;
  const references = (REFERENCES[layout.name] ?? [])
    .filter(({ to }) => stream === undefined || to.includes(stream))
    .map(({ column }) => sql`${raw(column)} = ${id}`);
  if (references.length === 0) return undefined;
  const where = allOf([sql`project_id = ${project}`, sql`(${joined(references, ' OR ')})`]);
  const keys = sql`(SELECT project_id, ${raw(layout.id)} FROM ${raw(layout.table)} WHERE ${where})`;
  return sql`SELECT project_id, id, count() OVER ()
FROM (${layout.relation({ keys, range: undefined, columns: layout.condition.columns })})
WHERE ${allOf([raw('is_deleted = 0'), layout.condition.records, projects === 'all' ? NOTHING : inProjects(projects)])}
ORDER BY happened_at, id
LIMIT ${limit}`;
}
