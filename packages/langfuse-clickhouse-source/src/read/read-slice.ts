import type { Window } from '@sluice/core/source';
import { TextRecords } from '@sluice/tab-separated';
import { candidateKeys, membership, type PartRequest } from '../sql/window-part.js';
import { recordsQuery, type Ranges, type RecordKey, type RecordsQuery } from '../sql/records-query.js';
import { OTHERS, type Selection } from '../sql/selection.js';
import { raw, type Sql } from '../sql/sql.js';
import { DAY_MS } from '../sql/times.js';
import { farDerived, farTraces } from './far-keys.js';
import type { Reading } from './reading.js';
import type { SlicePace } from './slice-pace.js';
import type { Slice } from './slice.js';

/** So few keys are found by the tables' Bloom filters, wherever they are. More are looked for around their times. */
export const FEW = 50;

/** How much older than its observations and scores a trace is looked for; one that is older still is found by its key. */
const TRACE_AGE_MS = 31 * DAY_MS;
const MARGIN_MS = 2 * DAY_MS;

/** The records of a slice; undefined if they are too many for one statement. */
export async function readSlice(
  request: PartRequest,
  slice: Slice,
  selection: Selection,
  reading: Reading,
  pace: SlicePace,
): Promise<TextRecords | undefined> {
  const { layout, part } = request;
  const rangesOfSlice = slice.rows <= FEW ? EVERYWHERE : rangesOf(request, slice);
  const happened = { from: slice.firstMs, until: slice.lastMs + 1 };
  const isByCause =
    part === 'derived' &&
    layout.cause !== undefined &&
    layout.cause.table !== layout.table &&
    layout.cause.table !== 'traces';
  const query: RecordsQuery = {
    layout,
    selection,
    keys: (column) => candidateKeys(request, slice.range, happened, isByCause ? undefined : column),
    membership: membership(request, slice.range),
    order: orderOf(request),
    ranges: rangesOfSlice,
    ...(isByCause && rangesOfSlice.records !== undefined
      ? { farRecords: await farDerived(request, slice.range, happened, rangesOfSlice.records, reading) }
      : {}),
  };
  return withFarTraces(query, slice.rows, reading, pace);
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

function rangesOf({ layout, window, part }: PartRequest, { firstMs, lastMs }: Slice): Ranges {
  const { beforeMs, afterMs } = layout.reach;
  const isByCause = part === 'derived' && layout.cause !== undefined && layout.cause.table !== 'traces';
  const records = { from: firstMs - (isByCause ? TRACE_AGE_MS : beforeMs), until: lastMs + afterMs };
  return {
    records,
    traces: { from: firstMs - TRACE_AGE_MS, until: lastMs + MARGIN_MS },
    totals: { from: records.from - MARGIN_MS, until: totalsUntil(window, lastMs) },
  };
}

/** What belongs to a trace and comes later than its window gives the trace a place in a later window. History has none. */
function totalsUntil({ axis, until }: Window, lastMs: number): number {
  return axis === 'event' ? Number.POSITIVE_INFINITY : Math.max(until, lastMs) + MARGIN_MS;
}

function orderOf({ layout, part }: PartRequest): Sql {
  if (part === 'event') return raw('ORDER BY r.happened_at, r.project_id, r.id');
  const isByKey = part === 'derived' && (layout.isGroup || layout.cause?.table !== 'traces');
  return raw(isByKey ? 'ORDER BY r.project_id, r.id' : 'ORDER BY r.created_at, r.project_id, r.id');
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
export function rowsIn(bytes: Buffer): number {
  let rows = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) rows += 1;
  return rows;
}
