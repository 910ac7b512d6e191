import { SourceDriftError, type GetRequest, type ReadRequest, type RecordPage, type Window } from '@sluice/core/source';
import { readAlone, type Alone, type ReadingPace, type SqlCopy, type SqlQuery, type TextRow } from '@sluice/postgres';
import { TextPage, TextRecords } from '@sluice/tab-separated';
import { z } from 'zod';
import type { KeyType } from './drift.js';
import {
  byKeyQuery,
  pageQuery,
  PARTS,
  sliceQuery,
  type PageQuery,
  type Position,
  type ReadPart,
} from './page-query.js';
import { selectionOf, type TableStream } from './table-stream.js';

export interface TableReading {
  readonly streamNamed: (name: string) => TableStream;
  readonly pageSize: number;
  readonly paceOf: (stream: string) => ReadingPace;
  /** Runs the statements of one page in one transaction. */
  readonly run: <T>(work: (query: SqlQuery, copy: SqlCopy) => Promise<T>) => Promise<T>;
  /** The types of a stream's key as SQL names them, where a list of texts can be compared as that type. */
  readonly keyTypes: (stream: TableStream) => readonly KeyType[];
}

interface Page {
  readonly records: TextRecords;
  /** Where the part continues; undefined at its end. */
  readonly next: Position | undefined;
}

const CURSOR = z.tuple([z.enum(PARTS)], z.string());

/** The records of a window, part by part and page by page. */
export async function* readWindow(request: ReadRequest, reading: TableReading): AsyncGenerator<RecordPage> {
  const { window } = request;
  const stream = reading.streamNamed(window.stream);
  const selection = selectionOf(stream, request.fields);
  const bare = { ...selection, values: [] };
  const [startPart, ...startPosition] = request.after === undefined ? [] : CURSOR.parse(JSON.parse(request.after));
  const parts = partsOf(window, stream);
  if (startPart !== undefined && !parts.includes(startPart)) {
    throw new Error(`a cursor of part ${startPart} is invalid for this window`);
  }
  for (const part of parts.slice(startPart === undefined ? 0 : parts.indexOf(startPart))) {
    let position: Position | undefined = part === startPart ? startPosition : undefined;
    for (let isEnd = false; !isEnd;) {
      const after = position;
      const query = { stream, window, part, selection, limit: reading.pageSize };
      const { page, problem } = await reading.paceOf(stream.name).run(async (lookedAt): Promise<Alone<Page>> => {
        const read = (asked: PageQuery): Promise<Page> =>
          reading.run((run, copy) => readPage(run, copy, asked, after, lookedAt));
        try {
          return { page: await read(query) };
        } catch (error) {
          if (lookedAt > 1) throw error;
          return readAlone(error, stream.name, () => read({ ...query, selection: bare }));
        }
      });
      const { records, next } = page;
      const cursorOf = (record: number): string => JSON.stringify([part, ...positionOf(records, record)]);
      if (records.count > 0) yield new TextPage({ part, records, selection, cursorOf, problem });
      position = next;
      isEnd = next === undefined;
    }
  }
}

/** Following reads new records and then changed ones; a backfill, one part. */
function partsOf({ axis, revisitMs, olderOnly }: Window, { updated }: TableStream): readonly ReadPart[] {
  if (axis === 'event') return ['event'];
  const created: readonly ReadPart[] = olderOnly ? [] : ['created'];
  return revisitMs > 0 && updated !== undefined ? [...created, 'changed'] : created;
}

/** Reads the next page with up to two statements, which look at `lookedAt` rows at most. */
async function readPage(
  run: SqlQuery,
  copy: SqlCopy,
  query: PageQuery,
  after: Position | undefined,
  lookedAt: number,
): Promise<Page> {
  const limit = Math.min(query.limit, lookedAt);
  const slice = lookedAt === Infinity ? undefined : (await run(sliceQuery(query, after, lookedAt)))[0];
  const end = slice && placeAfter(query.stream, slice);
  const statement = pageQuery({ ...query, limit }, after, end);
  const records = TextRecords.of(await copy(statement), statement.columns);
  if (records.count < limit) return { records, next: end };
  const last = records.columns.others.map((column) => records.text(records.count - 1, column));
  return { records, next: placeAfter(query.stream, last) };
}

/** Nothing comes after a null, and everything after a text in its place. */
function placeAfter({ what, schema }: TableStream, values: TextRow): Position {
  return values.map((value) => {
    if (value !== null) return value;
    const key = schema.key.join(', ');
    throw new SourceDriftError(
      `a row of ${what} has a null in the key ${key}: name columns as \`key\` that are never null`,
    );
  });
}

function positionOf(records: TextRecords, record: number): Position {
  return records.columns.others.map((_, index) => records.other(record, index));
}

/** The current records with the requested keys, page by page. */
export async function* getRecords(request: GetRequest, reading: TableReading): AsyncGenerator<RecordPage> {
  const stream = reading.streamNamed(request.stream);
  const selection = selectionOf(stream, request.fields);
  const keyTypes = reading.keyTypes(stream);
  const keys = request.keys.flatMap((key) => {
    const parts = keyTypes.length === 1 ? [key] : (textsIn(key) ?? []);
    const fits = parts.length === keyTypes.length && parts.every((part, index) => keyTypes[index]?.accepts(part));
    return fits ? [parts] : [];
  });
  for (let start = 0; start < keys.length;) {
    const read = (asked: readonly (readonly string[])[], selected = selection): Promise<{ records: TextRecords }> =>
      reading.run(async (_query, copy) => {
        const lists = keyTypes.map((_, index) => asked.map((parts) => parts[index] ?? ''));
        const statement = byKeyQuery(
          stream,
          selected,
          lists,
          keyTypes.map(({ type }) => type),
        );
        return { records: TextRecords.of(await copy(statement), statement.columns) };
      });
    const from = start;
    let asked = 0;
    const { page, problem } = await reading.paceOf(stream.name).run(async (lookedAt) => {
      const some = keys.slice(from, from + Math.min(reading.pageSize, lookedAt));
      asked = some.length;
      try {
        return { page: await read(some), problem: undefined };
      } catch (error) {
        if (lookedAt > 1) throw error;
        const alone = await readAlone(error, stream.name, () => read(some, { ...selection, values: [] }));
        return { problem: undefined, ...alone };
      }
    });
    start += asked;
    const { records } = page;
    if (records.count === 0) continue;
    yield new TextPage({ part: 'asked', records, selection, cursorOf: (record) => records.key(record), problem });
  }
}

const TEXTS = z.array(z.string());

function textsIn(key: string): readonly string[] | undefined {
  try {
    return TEXTS.safeParse(JSON.parse(key)).data;
  } catch {
    return undefined;
  }
}
