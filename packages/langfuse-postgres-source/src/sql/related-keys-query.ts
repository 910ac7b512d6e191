import type { Projects } from '@sluice/langfuse-records';
import { allOf, raw, type Sql, sql } from '@sluice/postgres';
import { streamNamed } from '../streams.js';
import { inProjects, ofStream } from './record-conditions.js';

interface Reference {
  readonly to: readonly string[];
  readonly column: string;
}

const TO_TRACE: Reference = { to: ['trace'], column: 'trace_id' };

/** The columns that name the record to which one belongs. All have an index in Langfuse's own schema. */
const REFERENCES: Readonly<Record<string, readonly Reference[]>> = {
  generation: [TO_TRACE],
  observation: [TO_TRACE],
  score: [TO_TRACE, { to: ['generation', 'observation'], column: 'observation_id' }],
};

export interface RelatedKeysQuery {
  /** Of the records to look for. */
  readonly among: string;
  readonly key: string;
  /** Of the key; absent: any. */
  readonly stream: string | undefined;
  readonly projects: Projects;
  readonly limit: number;
}

/** The first records of a stream that belong to a record: (key, how many there are). Undefined when none can. */
export function relatedKeysQuery({ among, key, stream, projects, limit }: RelatedKeysQuery): Sql | undefined {
  const [first, second] = (REFERENCES[among] ?? [])
    .filter(({ to }) => stream === undefined || to.includes(stream))
    .map(({ column }) => sql`r.${raw(column)} = ${key}`);
  if (first === undefined) return undefined;
  const { table, eventTime } = streamNamed(among);
  const reference = second === undefined ? first : sql`(${first} OR ${second})`;
  return sql`SELECT r.id, count(*) OVER () FROM ${raw(table)} AS r
WHERE ${allOf([reference, ofStream(streamNamed(among)), inProjects('r', projects)])}
ORDER BY r.${raw(eventTime)}, r.id
LIMIT ${limit}`;
}
