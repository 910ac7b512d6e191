import type { ReadPart } from './cursor.js';
import type { Query, TextRow } from './read-only-transactions.js';
import {
  causePageQuery,
  derivedChildrenQuery,
  derivedTracesQuery,
  type DerivedPosition,
  type TraceReference,
} from '../sql/derived-page-query.js';
import { recordPageQuery, type PageQuery, type RecordPart } from '../sql/record-page-query.js';

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

/** Reads the next page of a part with one or two statements. A page before the end may be empty. */
export function readPart(query: Query, request: PageQuery, part: ReadPart, position: Position): Promise<PartPage> {
  if (part !== 'derived') return readRecords(query, request, part, position);
  return request.stream.table === 'traces'
    ? readDerivedTraces(query, request, position)
    : readDerivedChildren(query, request, position);
}

async function readRecords(query: Query, request: PageQuery, part: RecordPart, position: Position): Promise<PartPage> {
  const found = await query(recordPageQuery(request, part, position));
  const rows = found.map(([at, , key, createdAtMs, ...values]) =>
    placed({ at: at ?? '', id: key ?? '' }, key, createdAtMs, values),
  );
  return { rows, next: rows.length < request.limit ? undefined : rows.at(-1)?.place };
}

async function readDerivedTraces(query: Query, request: PageQuery, position: Position): Promise<PartPage> {
  const { window, projects, limit } = request;
  const causes = await query(causePageQuery({ table: 'observations', window, projects, limit }, position));
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
  return { rows, next: causes.length < limit ? undefined : lastCause(causes) };
}

async function readDerivedChildren(query: Query, request: PageQuery, position: Position): Promise<PartPage> {
  const { window, projects, limit } = request;
  const causes = await query(causePageQuery({ table: 'traces', window, projects, limit }, position));
  if (causes.length === 0) return { rows: [], next: undefined };
  const traceIds = causes.map(([, id]) => id ?? '');
  const found = await query(derivedChildrenQuery(request, traceIds, position));
  const rows = found.map(([at, id, , key, createdAtMs, ...values]) =>
    placed({ at: at ?? '', id: id ?? '', record: key ?? '' }, key, createdAtMs, values),
  );
  if (rows.length === limit) return { rows, next: rows.at(-1)?.place };
  return { rows, next: causes.length < limit ? undefined : lastCause(causes) };
}

function identityOf({ id, projectId }: TraceReference): string {
  return JSON.stringify([projectId, id]);
}

function lastCause(causes: readonly TextRow[]): DerivedPosition {
  const [at, id] = causes.at(-1) ?? [];
  return { at: at ?? '', id: id ?? '' };
}

function placed(
  place: DerivedPosition,
  key: string | null | undefined,
  createdAtMs: string | null | undefined,
  values: TextRow,
): PlacedRow {
  return { place, key: key ?? '', createdAtMs: createdAtMs ?? null, values };
}
