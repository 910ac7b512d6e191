import type { ReceivedEvent } from './received-event.js';

/** A row of PostHog's `system.ingestion_warnings`. */
export interface IngestionWarning {
  readonly type: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** The name of the event in the details. */
  readonly event: string;
}

export interface QueriedRows {
  /** Every stored event, with repeats. */
  readonly events: readonly ReceivedEvent[];
  readonly warnings: readonly IngestionWarning[];
}

const TEXT = String.raw`'(?:[^'\\]|\\.)*'`;
const MOMENT = String.raw`toDateTime\(('[^']*')\)`;
const RANGE = `WHERE timestamp >= ${MOMENT} AND timestamp < ${MOMENT}`;

const HOURS = new RegExp(
  String.raw`^SELECT event, hour, count\(\) AS uuids, .*sum\(reinterpretAsUInt64\(.* FROM events ${RANGE} AND event IN ` +
    String.raw`\(((?:${TEXT}(?:, )?)+)\) GROUP BY .* LIMIT (\d+)$`,
);
const UUIDS = new RegExp(
  String.raw`^SELECT DISTINCT toString\(uuid\) AS id FROM events ${RANGE} AND event = (${TEXT}) AND toString\(uuid\) > ` +
    String.raw`(${TEXT}) ORDER BY id LIMIT (\d+)$`,
);
const WARNINGS = new RegExp(
  String.raw`^SELECT type, .* FROM system\.ingestion_warnings WHERE timestamp >= ${MOMENT} GROUP BY type, event .*$`,
);

/** The rows of one of the queries that are made to read back what was sent; undefined for any other query. */
export function queryRows(
  query: string,
  { events, warnings }: QueriedRows,
): readonly (readonly unknown[])[] | undefined {
  const text = query.replace(/\s+/g, ' ').trim();
  const hours = HOURS.exec(text)?.slice(1);
  if (hours !== undefined) {
    const [from = '', until = '', names = '', limit = ''] = hours;
    const wanted = new Set((names.match(new RegExp(TEXT, 'g')) ?? []).map(valueOf));
    return hourRows(within(events, from, until).filter(({ event }) => wanted.has(event))).slice(0, Number(limit));
  }
  const uuids = UUIDS.exec(text)?.slice(1);
  if (uuids !== undefined) {
    const [from = '', until = '', name = '', after = '', limit = ''] = uuids;
    const named = within(events, from, until).filter(({ event }) => event === valueOf(name));
    const found = [...new Set(named.map(({ uuid }) => uuid.toLowerCase()))].filter((uuid) => uuid > valueOf(after));
    return found
      .toSorted()
      .slice(0, Number(limit))
      .map((uuid) => [uuid]);
  }
  const since = WARNINGS.exec(text)?.[1];
  return since === undefined ? undefined : warningRows(within(warnings, since, "'9999-01-01'"));
}

function hourRows(events: readonly ReceivedEvent[]): readonly (readonly unknown[])[] {
  const groups = grouped(events, ({ event, timestamp }) =>
    JSON.stringify([event, Math.floor(Date.parse(timestamp) / 3_600_000)]),
  );
  return [...groups].map(([group, members]) => {
    const uuids = [...new Set(members.map(({ uuid }) => uuid.toLowerCase()))];
    return [...JSON.parse(group), uuids.length, sumOf(uuids, 0), sumOf(uuids, 8)];
  });
}

/** As ClickHouse adds numbers of 64 bits: without what is above. Little-endian, from a byte on. */
function sumOf(uuids: readonly string[], start: number): string {
  const numbers = uuids.map((uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex').readBigUInt64LE(start));
  return String(
    BigInt.asUintN(
      64,
      numbers.reduce((sum, number) => sum + number, 0n),
    ),
  );
}

function warningRows(warnings: readonly IngestionWarning[]): readonly (readonly unknown[])[] {
  const groups = grouped(warnings, ({ type, event }) => JSON.stringify([type, event]));
  return [...groups]
    .map(([group, members]): readonly unknown[] => [...JSON.parse(group), members.length])
    .toSorted((a, b) => Number(b[2]) - Number(a[2]));
}

function grouped<Row>(rows: readonly Row[], nameOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const known = groups.get(name) ?? [];
    known.push(row);
    groups.set(name, known);
  }
  return groups;
}

function within<Row extends { readonly timestamp: string }>(
  rows: readonly Row[],
  from: string,
  until: string,
): readonly Row[] {
  const [first, end] = [from, until].map((moment) => Date.parse(valueOf(moment)));
  return rows.filter(({ timestamp }) => {
    const at = Date.parse(timestamp);
    return at >= (first ?? 0) && at < (end ?? 0);
  });
}

/** The value of a text of HogQL. */
function valueOf(literal: string): string {
  const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', 0: '\0' };
  return literal.slice(1, -1).replace(/\\(.)/gs, (_, escaped: string) => escapes[escaped] ?? escaped);
}
