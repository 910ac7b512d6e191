import type { CallOptions } from '@sluice/core/adapter';
import type { ArrivalRange, Arrivals, ArrivedHour, ArrivedUuids } from '@sluice/core/sink';
import type { Value } from '@sluice/postgres';
import { quotedName } from './identifier.js';
import { quotedTable, type TableName } from './table-name.js';

/** Runs one statement that reads. */
export type ReadRows = <Row>(text: string, values: readonly Value[], options: CallOptions) => Promise<readonly Row[]>;

const PAGE = 50_000;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** Reads back by SQL. A row is found as soon as it is accepted. */
export class RowArrivals implements Arrivals {
  readonly lagMs = 0;
  readonly place: string;
  readonly #table: string;
  readonly #time: string;
  readonly #read: ReadRows;

  /** @param time the column of the events' time */
  constructor(table: TableName, { time, database, read }: { time: string; database: string; read: ReadRows }) {
    this.#table = quotedTable(table);
    this.#time = quotedName(time);
    this.#read = read;
    this.place = `table ${this.#table} in ${database}`;
  }

  async hours(
    { from, until, events }: ArrivalRange & { readonly events: readonly string[] },
    options: CallOptions = {},
  ): Promise<readonly ArrivedHour[]> {
    const rows = await this.#read<{ event: string; hour: number; uuids: number; first: string; second: string }>(
      `SELECT "event", (floor(extract(epoch FROM ${this.#time}) / 3600) * 3600000)::double precision AS hour,
         count(*)::int AS uuids, ${sumOf(0)} AS first, ${sumOf(8)} AS second
       FROM ${this.#table} WHERE "event" = ANY(?) AND ${this.#time} >= ?::timestamptz AND ${this.#time} < ?::timestamptz
       GROUP BY 1, 2`,
      [events, ...momentsOf({ from, until })],
      options,
    );
    return rows.map(({ event, hour, uuids, first, second }) => ({
      event,
      hour,
      uuids,
      sums: [BigInt(first), BigInt(second)],
    }));
  }

  async uuids(
    { from, until, event, after = NIL_UUID }: ArrivalRange & { readonly event: string; readonly after?: string },
    options: CallOptions = {},
  ): Promise<ArrivedUuids> {
    const rows = await this.#read<{ uuid: string }>(
      `SELECT "uuid"::text AS uuid FROM ${this.#table}
       WHERE "event" = ? AND ${this.#time} >= ?::timestamptz AND ${this.#time} < ?::timestamptz AND "uuid" > ?::uuid
       ORDER BY "uuid" LIMIT ${PAGE}`,
      [event, ...momentsOf({ from, until }), after],
      options,
    );
    const uuids = rows.map(({ uuid }) => uuid);
    const last = uuids.at(-1);
    return { uuids, ...(uuids.length === PAGE && last !== undefined && { next: last }) };
  }
}

/** The sum mod 2^64 of eight bytes of each uuid, as a little-endian number. */
function sumOf(start: number): string {
  const bytes = [0, 1, 2, 3, 4, 5, 6, 7].map(
    (at) => `get_byte(uuid_send("uuid"), ${start + at})::numeric * ${256n ** BigInt(at)}`,
  );
  return `mod(sum(${bytes.join(' + ')}), ${2n ** 64n})::text`;
}

function momentsOf({ from, until }: ArrivalRange): readonly string[] {
  return [from, until].map((at) => new Date(at).toISOString());
}
