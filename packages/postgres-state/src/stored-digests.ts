import type { Instant } from '@sluice/core/adapter';
import type { DigestChange, HourDigest } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import type { PipelineRow } from './stored-lease.js';

interface DigestRow {
  readonly hour: string;
  readonly delivered: string;
  readonly filtered: string;
  readonly dead_lettered: string;
  readonly first_sum: string;
  readonly second_sum: string;
}

export async function readDigests(
  query: Query,
  { schema, pipeline }: PipelineRow,
  [stream, from, until]: readonly [string, Instant, Instant],
): Promise<readonly HourDigest[]> {
  const rows = await query<DigestRow>(
    `SELECT hour, delivered, filtered, dead_lettered, first_sum, second_sum
     FROM "${schema}".digests
     WHERE pipeline = ? AND stream = ? AND hour >= ? AND hour < ? ORDER BY hour`,
    [pipeline, stream, bound(from), bound(until)],
  );
  return rows.map((row) => ({
    hour: Number(row.hour),
    delivered: Number(row.delivered),
    filtered: Number(row.filtered),
    deadLettered: Number(row.dead_lettered),
    sums: [hexadecimal(row.first_sum), hexadecimal(row.second_sum)],
  }));
}

export async function changeDigests(query: Query, { schema, pipeline }: PipelineRow, change: DigestChange) {
  const table = `"${schema}".digests`;
  switch (change.kind) {
    case 'add':
      return query(upsert(table, ADDED), [pipeline, change.stream, ...columns(change.digests)]);
    case 'replace':
      return query(upsert(table, REPLACED), [pipeline, change.stream, ...columns([change.digest])]);
    case 'clear':
      return query(`DELETE FROM ${table} WHERE pipeline = ? AND stream = ? AND hour >= ?`, [
        pipeline,
        change.stream,
        bound(change.from),
      ]);
    case 'clear-all':
      return query(`DELETE FROM ${table} WHERE pipeline = ?`, [pipeline]);
    default:
      throw new Error(`unknown change of digests: ${JSON.stringify(change satisfies never)}`);
  }
}

const SUM_LIMIT = '18446744073709551616';

const ADDED = `delivered = digests.delivered + excluded.delivered, filtered = digests.filtered + excluded.filtered,
  dead_lettered = digests.dead_lettered + excluded.dead_lettered,
  first_sum = mod(digests.first_sum + excluded.first_sum, ${SUM_LIMIT}),
  second_sum = mod(digests.second_sum + excluded.second_sum, ${SUM_LIMIT})`;

const REPLACED = `delivered = excluded.delivered, filtered = excluded.filtered, dead_lettered = excluded.dead_lettered,
  first_sum = excluded.first_sum, second_sum = excluded.second_sum`;

function upsert(table: string, update: string): string {
  return `INSERT INTO ${table} AS digests (pipeline, stream, hour, delivered, filtered, dead_lettered, first_sum, second_sum)
    SELECT ?, ?, hour, sum(delivered), sum(filtered), sum(dead_lettered),
      mod(sum(first_sum), ${SUM_LIMIT}), mod(sum(second_sum), ${SUM_LIMIT})
    FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::numeric[], ?::numeric[])
      AS added(hour, delivered, filtered, dead_lettered, first_sum, second_sum)
    GROUP BY hour
    ON CONFLICT (pipeline, stream, hour) DO UPDATE SET ${update}`;
}

function columns(digests: readonly HourDigest[]) {
  return [
    digests.map(({ hour }) => String(hour)),
    digests.map(({ delivered }) => String(delivered)),
    digests.map(({ filtered }) => String(filtered)),
    digests.map(({ deadLettered }) => String(deadLettered)),
    digests.map(({ sums }) => decimal(sums[0])),
    digests.map(({ sums }) => decimal(sums[1])),
  ];
}

function decimal(hex: string): string {
  return BigInt(`0x${hex}`).toString();
}

function hexadecimal(text: string): string {
  return BigInt(text).toString(16).padStart(16, '0');
}

/** A bound can be any number, infinity included. */
function bound(at: Instant): number {
  return Math.min(Math.max(at, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}
