import { HeavyStatementError } from '../connection/clickhouse-error.js';
import { LONGEST_LIST, type RecordKey } from '../sql/records-query.js';
import type { PositionRange } from '../sql/position.js';
import { cutQuery, type PartRequest } from '../sql/window-part.js';
import type { Reading } from './reading.js';

/** Some rows of a part, in its order. */
export interface Slice {
  readonly rows: number;
  /** The first and the last of their event times, in milliseconds. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Their places in the order of the part. */
  readonly range: PositionRange;
  /** The records that they belong to, and the traces of these; absent if there are many. */
  readonly keys?: { readonly records: readonly RecordKey[]; readonly traces: readonly RecordKey[] };
}

/**
 * How many slices are planned at once: the plan is one scan of the times of a window. Only one where the server has no memory
 * or time for more.
 */
const PLANNED = 50;

/** The next slices of a part; whether there may be more. */
export async function nextSlices(
  request: PartRequest,
  after: PositionRange['after'],
  rows: number,
  { connection, signal }: Pick<Reading, 'connection' | 'signal'>,
): Promise<{ readonly slices: readonly Slice[]; readonly isEnd: boolean }> {
  const plan = async (count: number) => {
    const cut = cutQuery(request, { after, upTo: undefined }, rows, count);
    return { found: await connection.rows(cut, { signal }), limit: rows * count };
  };
  const { found, limit } = await plan(PLANNED).catch((error: unknown) => {
    if (!(error instanceof HeavyStatementError)) throw error;
    return plan(1);
  });
  let start = after;
  const slices = found.map(([count, first, last, at = '0', project = '', id = '', told = '']) => {
    const upTo = { at, project, id };
    const slice = {
      rows: Number(count),
      firstMs: Number(first),
      lastMs: Number(last),
      range: { after: start, upTo },
      // A list of keys must not fill the statement: ids may be long.
      ...(told === '' || Buffer.byteLength(told) > LONGEST_LIST ? {} : { keys: keysOf(told) }),
    };
    start = upTo;
    return slice;
  });
  const planned = slices.reduce((sum, slice) => sum + slice.rows, 0);
  return { slices, isEnd: planned < limit };
}

/** Of `[project, id, trace]` of each row, each record and trace once. */
function keysOf(told: string): NonNullable<Slice['keys']> {
  const rows: readonly (readonly [string, string, string])[] = JSON.parse(told);
  const records = new Map(rows.map(([project, id]) => [JSON.stringify([project, id]), [project, id] as const]));
  const traces = new Map(
    rows.map(([project, , trace]) => [JSON.stringify([project, trace]), [project, trace] as const]),
  );
  return { records: [...records.values()], traces: [...traces.values()] };
}
