import { TextRecords } from '@sluice/tab-separated';
import { candidateKeys, isByCause, membership, type PartRequest } from '../sql/window-part.js';
import { keyList, recordsQuery, type Ranges, type RecordKey, type RecordsQuery } from '../sql/records-query.js';
import { OTHERS, type Selection } from '../sql/selection.js';
import { raw, type Sql } from '../sql/sql.js';
import { DAY_MS } from '../sql/times.js';
import { farDerived, farTraces } from './far-keys.js';
import type { Reading } from './reading.js';
import type { SlicePace } from './slice-pace.js';
import type { Slice } from './slice.js';

/** So few keys are found by the tables' Bloom filters, wherever they are. More are looked for around their times. */
export const FEW = 50;

/**
 * How long a trace lasts: how much older than its observations and scores it is looked for first, and how much later
 * observations of history are. What comes later than its window gives the trace a place in a later window.
 */
const LONG_MS = 31 * DAY_MS;
const MARGIN_MS = 2 * DAY_MS;

/** The records of a slice; undefined if they are too many for one statement. */
export async function readSlice(
  request: PartRequest,
  slice: Slice,
  selection: Selection,
  reading: Reading,
  pace: SlicePace,
): Promise<TextRecords | undefined> {
  const { layout } = request;
  const rangesOfSlice = slice.rows <= FEW ? EVERYWHERE : rangesOf(request, slice);
  const happened = { from: slice.firstMs, until: slice.lastMs + 1 };
  const keys = (column: string): Sql => {
    const told = column === layout.id ? slice.keys?.records : slice.keys?.traces;
    if (told !== undefined && told.length > 0) return keyList(told);
    return candidateKeys(request, slice.range, happened, isByCause(request) ? undefined : column);
  };
  const query: RecordsQuery = {
    layout,
    selection,
    keys,
    membership: membership(request, slice.range),
    order: orderOf(request),
    ranges: rangesOfSlice,
  };
  return withFarTraces(await withFarRecords(query, request, slice, reading), slice.rows, reading, pace);
}

/** The records of new or changed rows may have happened long before these. */
async function withFarRecords(
  query: RecordsQuery,
  request: PartRequest,
  slice: Slice,
  reading: Reading,
): Promise<RecordsQuery> {
  const { layout, keys, ranges } = query;
  if (!isByCause(request) || layout.isGroup || ranges.records === undefined) return query;
  const far = await farDerived(layout, keys(layout.id), slice.keys?.records, ranges.records, reading);
  return far === 'everywhere' ? { ...query, ranges: EVERYWHERE } : { ...query, farRecords: far };
}

/** Runs the statement, and once more with the traces that are outside its range, if there are any. */
export async function withFarTraces(
  query: RecordsQuery,
  rows: number,
  { connection, signal }: Pick<Reading, 'connection' | 'signal'>,
  pace: SlicePace,
): Promise<TextRecords | undefined> {
  const ask = async (asked: RecordsQuery): Promise<TextRecords | undefined> => {
    const options = { signal, isAnySize: rows <= 1 };
    const bytes = await pace.attempt(() => connection.ask(recordsQuery(asked), options), rows);
    return bytes && TextRecords.of({ bytes, rows: rowsIn(bytes) }, query.selection.columns);
  };
  const records = await ask(query);
  if (records === undefined || query.ranges.traces === undefined) return records;
  const missing = tracesNotFound(records, query.selection);
  if (missing.length === 0) return records;
  const far = await farTraces(query.layout, missing, { connection, signal });
  if (far === 'everywhere') return ask({ ...query, ranges: { ...query.ranges, traces: undefined } });
  return far.length === 0 ? records : ask({ ...query, farTraces: far });
}

const EVERYWHERE: Ranges = { records: undefined, traces: undefined, totals: undefined };

function rangesOf(request: PartRequest, { firstMs, lastMs }: Slice): Ranges {
  const { layout, window } = request;
  const { beforeMs, afterMs } = layout.reach;
  const isHistory = window.axis === 'event';
  const laterMs = isHistory ? LONG_MS : MARGIN_MS;
  const from = firstMs - (isByCause(request) ? LONG_MS : beforeMs);
  // What the oldest trace of a cause has, as of every other, from before its own time on.
  const totalsFrom = isByCause(request) && !layout.isGroup ? from - beforeMs : from;
  const totals = { from: totalsFrom, until: (isHistory ? lastMs : Math.max(lastMs, window.until)) + laterMs };
  return {
    // The sums over a group are read with it.
    records: layout.isGroup ? totals : { from, until: lastMs + afterMs },
    traces: { from: firstMs - layout.traces.ageMs, until: lastMs + MARGIN_MS },
    totals,
  };
}

function orderOf(request: PartRequest): Sql {
  if (request.part === 'event') return raw('ORDER BY r.happened_at, r.project_id, r.id');
  return raw(isByCause(request) ? 'ORDER BY r.project_id, r.id' : 'ORDER BY r.created_at, r.project_id, r.id');
}

function tracesNotFound(records: TextRecords, { joins }: Selection): readonly RecordKey[] {
  if (!joins.has('trace')) return [];
  const keys = new Map<string, RecordKey>();
  for (let record = 0; record < records.count; record += 1) {
    if (records.other(record, OTHERS.isTraceFound) === '1') continue;
    const key = [records.other(record, OTHERS.project), records.other(record, OTHERS.traceId)] as const;
    if (key[1] !== '') keys.set(JSON.stringify(key), key);
  }
  return [...keys.values()];
}

const NEWLINE = 10;

/** A newline inside a value is escaped. */
function rowsIn(bytes: Buffer): number {
  let rows = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) rows += 1;
  return rows;
}
