import type { DigestRequest, SourceDigest } from '@sluice/core/source';
import {
  addDigests,
  allOf,
  DIGEST_SUMS,
  epochMs,
  raw,
  SlowStatementError,
  sql,
  tooSlow,
  type Sql,
  type SqlQuery,
} from '@sluice/postgres';
import { fromStartOn } from './page-query.js';
import type { TableStream } from './table-stream.js';

const HOUR_MS = 3_600_000;
const FIRST_HOURS = 24;
/** After a statement that takes less than this share of the time limit, the next one covers twice as many hours. */
const QUICK_SHARE = 1 / 4;

export interface DigestReading {
  readonly run: <T>(work: (query: SqlQuery) => Promise<T>) => Promise<T>;
  readonly statementTimeoutMs: number;
  readonly monotonicMs: () => number;
}

/** Digests per hour of creation. Each statement covers so many hours that none runs for long. */
export async function digestHours(
  stream: TableStream,
  request: DigestRequest,
  { run, statementTimeoutMs, monotonicMs }: DigestReading,
): Promise<readonly SourceDigest[]> {
  const hours = new Map<number, SourceDigest>();
  let covered = FIRST_HOURS;
  for (let { from } = request; from < request.until;) {
    const until = Math.min(from + covered * HOUR_MS, request.until);
    const startedMs = monotonicMs();
    try {
      const statement = digestQuery(stream, { ...request, from, until });
      addDigests(hours, await run((query) => query(statement)));
      from = until;
      if (monotonicMs() - startedMs < statementTimeoutMs * QUICK_SHARE) covered *= 2;
    } catch (error) {
      if (!(error instanceof SlowStatementError && error.isTimeLimit)) throw error;
      if (covered === 1) {
        throw tooSlow(error, `counting the ${stream.name} records created from ${new Date(from).toISOString()} on`);
      }
      covered = Math.ceil(covered / 8);
    }
  }
  return [...hours.values()].toSorted((a, b) => a.hour - b.hour);
}

/** Per hour: the hour, the number of records, and `DIGEST_SUMS`. */
function digestQuery(stream: TableStream, { from, until, handover, eventFrom }: DigestRequest): Sql {
  const conditions = allOf([stream.created.range(from, until), fromStartOn(stream, handover, eventFrom)]);
  return sql`
SELECT ${raw(epochMs('keys.hour'))}, count(*), ${raw(DIGEST_SUMS)}
FROM (
  SELECT date_trunc('hour', ${raw(stream.created.utc)}) AS hour, sha256(convert_to(${raw(stream.key)}, 'UTF8')) AS hash
  FROM ${raw(stream.relation)} AS r
  WHERE ${conditions}
) AS keys
GROUP BY keys.hour`;
}
