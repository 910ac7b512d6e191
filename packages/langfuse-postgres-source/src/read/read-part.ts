import type { ReadPart } from './cursor.js';
import type { Query, TextRow } from './query.js';
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
import type { Sql } from '../sql/sql.js';

type Position = DerivedPosition | undefined;

/** A record as it was read, with its position in the order of its part. */
export interface PlacedRow {
  readonly place: DerivedPosition;
  readonly key: string;
  readonly createdAtMs: string | null;
  readonly values: TextRow;
}

export interface PartPage {
  readonly rows: readonly PlacedRow[];
  /** Where the part continues; undefined at its end. */
  readonly next: Position;
}

/**
 * Reads the next page of a part with up to three statements, which look at `lookedAt` rows at most. A page before the end
 * may be empty.
 */
export function readPart(
  query: Query,
  request: PageQuery,
  part: ReadPart,
  position: Position,
  lookedAt = Number.POSITIVE_INFINITY,
): Promise<PartPage> {
  const limited = { ...request, limit: Math.min(request.limit, lookedAt) };
  if (part !== 'derived') return readRecords(query, limited, part, position, lookedAt);
  return request.stream.table === 'traces'
    ? readDerivedTraces(query, limited, position, lookedAt)
    : readDerivedChildren(query, limited, position, lookedAt);
}

async function readRecords(
  query: Query,
  request: PageQuery,
  part: RecordPart,
  position: Position,
  lookedAt: number,
): Promise<PartPage> {
  const end = await endOf(query, lookedAt, () => recordSliceQuery(request, part, position, lookedAt));
  const found = await query(recordPageQuery(request, part, position, end));
  const rows = found.map(([at, , key, createdAtMs, ...values]) =>
    placed({ at: at ?? '', id: key ?? '' }, key, createdAtMs, values),
  );
  return { rows, next: rows.length < request.limit ? end : rows.at(-1)?.place };
}

/** Where a statement that looks at so many rows must end; undefined if there are fewer. */
async function endOf(query: Query, lookedAt: number, slice: () => Sql): Promise<KeysetPosition | undefined> {
  if (lookedAt === Number.POSITIVE_INFINITY) return undefined;
  const [row] = await query(slice());
  return row === undefined ? undefined : { at: row[0] ?? '', id: row[1] ?? '' };
}

/** The next causes, and where they continue. */
async function readCauses(
  query: Query,
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
  query: Query,
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
  const found = traces.length === 0 ? [] : await query(derivedTracesQuery(request, traces));
  const byIdentity = new Map(
    found.map((row) => [identityOf({ id: row[0] ?? '', projectId: row[1] ?? '' }), row] as const),
  );
  const rows = [...wanted].flatMap(([identity, { place }]) => {
    const row = byIdentity.get(identity);
    if (row === undefined) return [];
    const [key, , createdAtMs, ...values] = row;
    return [placed(place, key, createdAtMs, values)];
  });
  return { rows, next };
}

async function readDerivedChildren(
  query: Query,
  request: PageQuery,
  position: Position,
  lookedAt: number,
): Promise<PartPage> {
  const { causes, next } = await readCauses(query, 'traces', request, position, lookedAt);
  if (causes.length === 0) return { rows: [], next };
  const traceIds = causes.map(([, id]) => id ?? '');
  const found = await query(derivedChildrenQuery(request, traceIds, position));
  const rows = found.map(([at, id, , key, createdAtMs, ...values]) =>
    placed({ at: at ?? '', id: id ?? '', record: key ?? '' }, key, createdAtMs, values),
  );
  return { rows, next: rows.length < request.limit ? next : rows.at(-1)?.place };
}

function identityOf({ id, projectId }: TraceReference): string {
  return JSON.stringify([projectId, id]);
}

function placed(
  place: DerivedPosition,
  key: string | null | undefined,
  createdAtMs: string | null | undefined,
  values: TextRow,
): PlacedRow {
  return { place, key: key ?? '', createdAtMs: createdAtMs ?? null, values };
}
