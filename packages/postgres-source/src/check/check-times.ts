import type { CheckResult } from '@sluice/core/adapter';
import { EARLIEST_MS, LATEST_MS, raw, sql, type SqlQuery } from '@sluice/postgres';
import type { TableStream } from '../table-stream.js';

const HOUR_MS = 3_600_000;

/** Records whose time is null, infinite or in the future: they are never read, or only much later. */
export async function timeFindings(query: SqlQuery, stream: TableStream): Promise<readonly CheckResult[]> {
  const { created, event, description } = stream;
  const findings: CheckResult[] = [];
  const times = new Map([
    [description.created, created],
    [description.event ?? description.created, event],
  ]);
  for (const [field, time] of times) {
    const name = `times in ${field} of ${stream.name}`;
    const [[nulls = '0'] = []] = await query(
      sql`SELECT count(*) FROM ${raw(stream.relation)} AS r WHERE ${raw(time.isNull)}`,
    );
    const [[late = '0'] = []] = await query(sql`
      SELECT count(*) FROM ${raw(stream.relation)} AS r
      WHERE ${time.range(Date.UTC(9999, 0), Infinity)}`);
    // The ranges are for the index.
    const [[infinite = '0'] = []] = await query(sql`
      SELECT count(*) FROM ${raw(stream.relation)} AS r
      WHERE ((${time.range(-Infinity, EARLIEST_MS)}) OR (${time.range(LATEST_MS, Infinity)})) AND NOT isfinite(${raw(time.utc)})`);
    const [clock] = await query(sql`SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`);
    const ahead = Number(clock?.[0]) + HOUR_MS;
    const [[future = '0'] = []] = await query(sql`
      SELECT count(*) FROM ${raw(stream.relation)} AS r WHERE ${time.range(ahead, Date.UTC(9999, 0))}`);
    const coalesced = await replacedNulls(query, stream, field);
    const isCreated = field === description.created;
    const found = [
      ...(Number(nulls) > 0 ? [`records without a time, which are never read: ${nulls}`] : []),
      ...(isCreated && Number(late) > 0 ? [`records after the year 9999, which are never read: ${late}`] : []),
      ...(!isCreated && Number(infinite) > 0 ? [`records with an infinite time: ${infinite}`] : []),
      ...(isCreated && Number(future) > 0
        ? [`records more than an hour in the future, which are read when it comes: ${future}`]
        : []),
    ];
    if (found.length > 0) {
      const fix = 'correct these times, or name another column; `coalesce` replaces a null';
      findings.push({ name, outcome: 'warning', message: [...found, ...coalesced].join('; '), fix });
    } else {
      const message = ['none is null, infinite or in the future', ...coalesced].join('; ');
      findings.push({ name, outcome: 'good', message });
    }
  }
  return findings;
}

async function replacedNulls(query: SqlQuery, stream: TableStream, name: string): Promise<readonly string[]> {
  const field = stream.fields.get(name);
  const other = field?.description.coalesce;
  if (field === undefined || other === undefined) return [];
  const [[nulls = '0'] = []] = await query(
    sql`SELECT count(*) FROM ${raw(stream.relation)} AS r WHERE ${raw(`r."${field.column.replaceAll('"', '""')}"`)} IS NULL`,
  );
  return [`nulls that ${other} replaces: ${nulls}`];
}
