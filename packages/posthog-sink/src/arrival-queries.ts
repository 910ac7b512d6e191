import type { Instant } from '@sluice/core/adapter';
import type { ArrivalRange } from '@sluice/core/sink';

/** PostHog returns at most so many rows. Source: https://posthog.com/docs/api/queries, "Query limits". */
export const MOST_ROWS = 50_000;

/** The warnings that are shown. */
const MOST_WARNINGS = 20;

/**
 * How many different uuids each hour has, and their sums mod 2^64. An event that is stored twice, because its rows are not
 * merged yet or differ in the distinct id, counts once. Hours are counted from 1970: `toStartOfHour` would go by the
 * project's time zone. The sums are texts, because JSON numbers of 64 bits lose their end.
 */
export function hoursQuery({ from, until, events }: ArrivalRange & { readonly events: readonly string[] }): string {
  return `SELECT event, hour, count() AS uuids,
  toString(sum(reinterpretAsUInt64(unhex(substring(digits, 1, 16))))) AS first_sum,
  toString(sum(reinterpretAsUInt64(unhex(substring(digits, 17, 16))))) AS second_sum
FROM (
  SELECT event, intDiv(toUnixTimestamp(timestamp), 3600) AS hour, replaceAll(toString(uuid), '-', '') AS digits
  FROM events
  WHERE ${between(from, until)} AND event IN (${events.map(literal).join(', ')})
  GROUP BY event, hour, digits
)
GROUP BY event, hour
ORDER BY hour, event
LIMIT ${MOST_ROWS}`;
}

/** The different uuids of the events of one name, in their order. */
export function uuidsQuery({
  from,
  until,
  event,
  after,
}: ArrivalRange & { readonly event: string; readonly after?: string }): string {
  return `SELECT DISTINCT toString(uuid) AS id
FROM events
WHERE ${between(from, until)} AND event = ${literal(event)} AND toString(uuid) > ${literal(after ?? '')}
ORDER BY id
LIMIT ${MOST_ROWS}`;
}

/** What PostHog has warned of since a time, by type and event. It keeps a sample of its warnings. */
export function warningsQuery(since: Instant): string {
  return `SELECT type, JSONExtractString(details, 'event') AS event, count() AS warnings
FROM system.ingestion_warnings
WHERE timestamp >= ${moment(since)}
GROUP BY type, event
ORDER BY warnings DESC
LIMIT ${MOST_WARNINGS}`;
}

function between(from: Instant, until: Instant): string {
  return `timestamp >= ${moment(from)} AND timestamp < ${moment(until)}`;
}

/** With its zone: PostHog would read a time without one in that of the project. */
function moment(at: Instant): string {
  return `toDateTime(${literal(new Date(at).toISOString())})`;
}

/** A text as HogQL writes it. */
function literal(text: string): string {
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0');
  return `'${escaped}'`;
}
