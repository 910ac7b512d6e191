import { TextRecords } from '@sluice/tab-separated';
import type { Sql, SqlQuery, Statements, TextRow } from '@sluice/postgres';
import type { ReadPart } from './cursor.js';
import {
  causePageQuery,
  causeSliceQuery,
  derivedChildrenQuery,
  derivedTracesQuery,
  type DerivedPosition,
  type TraceReference,
} from '../sql/derived-page-query.js';
import type { KeysetPosition } from '../sql/record-conditions.js';
import { recordPageQuery, recordSliceQuery, type PageQuery, type RecordPart } from '../sql/record-page-query.js';

type Position = DerivedPosition | undefined;

const NO_ROWS = { bytes: Buffer.alloc(0), rows: 0 };

export interface PartPage {
  readonly records: TextRecords;
  /** The position of a record in the order of its part. */
  readonly placeOf: (record: number) => DerivedPosition;
  /** Where the part continues; undefined at its end. */
  readonly next: Position;
}

/**
 * Reads the next page of a part with up to three statements, which look at `lookedAt` rows at most. A page before the end
 * may be empty.
 */
export function readPart(
  statements: Statements,
  request: PageQuery,
  part: ReadPart,
  position: Position,
  lookedAt = Number.POSITIVE_INFINITY,
): Promise<PartPage> {
  const limited = { ...request, limit: Math.min(request.limit, lookedAt) };
  if (part !== 'derived') return readRecords(statements, limited, part, position, lookedAt);
  return request.stream.table === 'traces'
    ? readDerivedTraces(statements, limited, position, lookedAt)
    : readDerivedChildren(statements, limited, position, lookedAt);
}

async function readRecords(
  { query, copy }: Statements,
  request: PageQuery,
  part: RecordPart,
  position: Position,
  lookedAt: number,
): Promise<PartPage> {
  const end = await endOf(query, lookedAt, () => recordSliceQuery(request, part, position, lookedAt));
  const statement = recordPageQuery(request, part, position, end);
  const records = TextRecords.of(await copy(statement), statement.columns);
  const placeOf = (record: number): DerivedPosition => ({ at: records.other(record, 0), id: records.key(record) });
  return { records, placeOf, next: nextOf(request, records, placeOf, end) };
}

/** After a page that is not full, a part continues where the page had to end. */
function nextOf(
  { limit }: PageQuery,
  { count }: TextRecords,
  placeOf: PartPage['placeOf'],
  otherwise: Position,
): Position {
  return count < limit ? otherwise : placeOf(count - 1);
}

/** Where a statement that looks at so many rows must end; undefined if there are fewer. */
async function endOf(query: SqlQuery, lookedAt: number, slice: () => Sql): Promise<KeysetPosition | undefined> {
  if (lookedAt === Number.POSITIVE_INFINITY) return undefined;
  const [row] = await query(slice());
  return row === undefined ? undefined : { at: row[0] ?? '', id: row[1] ?? '' };
}

/** The next causes, and where they continue. */
async function readCauses(
  query: SqlQuery,
  table: 'observations' | 'traces',
  { window, projects, limit }: PageQuery,
  position: Position,
  lookedAt: number,
): Promise<{ readonly causes: readonly TextRow[]; readonly next: Position }> {
  const end = await endOf(query, lookedAt, () => causeSliceQuery({ table, window }, position, lookedAt));
  const causes = await query(causePageQuery({ table, window, projects, limit }, position, end));
  const [at, id] = causes.at(-1) ?? [];
  return { causes, next: causes.length < limit ? end : { at: at ?? '', id: id ?? '' } };
}

async function readDerivedTraces(
  { query, copy }: Statements,
  request: PageQuery,
  position: Position,
  lookedAt: number,
): Promise<PartPage> {
  const { causes, next } = await readCauses(query, 'observations', request, position, lookedAt);
  const wanted = new Map<string, { readonly trace: TraceReference; readonly place: DerivedPosition }>();
  for (const [at, id, traceId, projectId] of causes) {
    if (traceId === null || traceId === undefined) continue;
    const trace = { id: traceId, projectId: projectId ?? '' };
    if (!wanted.has(identityOf(trace))) wanted.set(identityOf(trace), { trace, place: { at: at ?? '', id: id ?? '' } });
  }
  const traces = [...wanted.values()].map(({ trace }) => trace);
  const statement = derivedTracesQuery(request, traces);
  const copied = traces.length === 0 ? NO_ROWS : await copy(statement);
  const found = TextRecords.of(copied, statement.columns);
  const recordOf = new Map<string, number>();
  for (let record = 0; record < found.count; record += 1) {
    recordOf.set(identityOf({ id: found.key(record), projectId: found.other(record, 0) }), record);
  }
  const given = [...wanted].flatMap(([identity, { place }]) => {
    const record = recordOf.get(identity);
    return record === undefined ? [] : { record, place };
  });
  const records = found.picked(given.map(({ record }) => record));
  const places = given.map(({ place }) => place);
  return { records, placeOf: (record) => places[record] ?? { at: '', id: '' }, next };
}

async function readDerivedChildren(
  { query, copy }: Statements,
  request: PageQuery,
  position: Position,
  lookedAt: number,
): Promise<PartPage> {
  const { causes, next } = await readCauses(query, 'traces', request, position, lookedAt);
  const traceIds = causes.map(([, id]) => id ?? '');
  const statement = derivedChildrenQuery(request, traceIds, position);
  const records = TextRecords.of(causes.length === 0 ? NO_ROWS : await copy(statement), statement.columns);
  const placeOf = (record: number): DerivedPosition => ({
    at: records.other(record, 0),
    id: records.other(record, 1),
    record: records.key(record),
  });
  return { records, placeOf, next: nextOf(request, records, placeOf, next) };
}

function identityOf({ id, projectId }: TraceReference): string {
  return JSON.stringify([projectId, id]);
}
