import type { ReadRequest, RecordPage, RecordProblem, Window } from '@sluice/core/source';
import { cursorText, parseCursor, type ReadPart } from './cursor.js';
import { decodeRows } from './decode-value.js';
import type { Query } from './query.js';
import { readAlone, type Alone } from './read-alone.js';
import { readPart, type PartPage, type PlacedRow } from './read-part.js';
import type { ReadingPace } from './reading-pace.js';
import { RecentKeys } from './recent-keys.js';
import type { Projects } from '../sql/record-conditions.js';
import type { PageQuery } from '../sql/record-page-query.js';
import { selectionOf, withoutFields, type Selection } from '../sql/selection.js';
import { streamNamed } from '../streams.js';

export interface WindowReading {
  readonly projects: Projects;
  readonly pageSize: number;
  /** How many rows the statements of a stream may look at. */
  readonly paceOf: (stream: string) => ReadingPace;
  /** Runs the statements of one page in one transaction. */
  readonly run: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  /** Called in the transaction of the last page; throws if its rows cannot be trusted. */
  readonly beforeEnd: (query: Query) => Promise<void>;
}

/** How many keys a window remembers, to return a record once although several changes lead to it. */
const REMEMBERED_KEYS = 20_000;

/** The records of a window, part by part and page by page. */
export async function* readWindow(request: ReadRequest, reading: WindowReading): AsyncGenerator<RecordPage> {
  const { window } = request;
  const stream = streamNamed(window.stream);
  const selection = selectionOf(stream, request.fields);
  const query = { stream, window, selection, projects: reading.projects, limit: reading.pageSize };
  const start = request.after === undefined ? undefined : parseCursor(request.after);
  const given = new RecentKeys(REMEMBERED_KEYS);
  let place = start?.place;

  for (const { part, isLast } of partsFrom(partsOf(window), start?.part)) {
    for (let isEnd = false; !isEnd;) {
      const position = place;
      const read = (asked: PageQuery, lookedAt: number): Promise<PartPage> =>
        reading.run(async (run) => {
          const found = await readPart(run, asked, part, position, lookedAt);
          if (isLast && found.next === undefined) await reading.beforeEnd(run);
          return found;
        });
      const { page, problem } = await reading.paceOf(stream.name).run(async (lookedAt): Promise<Alone<PartPage>> => {
        try {
          return { page: await read(query, lookedAt) };
        } catch (error) {
          if (lookedAt > 1) throw error;
          return readAlone(error, stream.name, () => read({ ...query, selection: withoutFields(selection) }, lookedAt));
        }
      });
      const rows = part === 'changed' || part === 'derived' ? page.rows.filter((row) => given.add(row.key)) : page.rows;
      if (rows.length > 0) yield pageOf(part, rows, selection, problem);
      place = page.next;
      isEnd = page.next === undefined;
    }
  }
}

/** The parts of a window in reading order. Following reads new, changed and derived records; a backfill, one part. */
export function partsOf(window: Pick<Window, 'axis' | 'revisitMs'>): readonly ReadPart[] {
  if (window.axis === 'event') return ['event'];
  return window.revisitMs > 0 ? ['created', 'changed', 'derived'] : ['created'];
}

function partsFrom(
  parts: readonly ReadPart[],
  first: ReadPart | undefined,
): readonly { readonly part: ReadPart; readonly isLast: boolean }[] {
  const start = first === undefined ? 0 : parts.indexOf(first);
  if (start === -1) throw new Error(`a cursor of part ${first} is invalid for this window`);
  return parts.map((part, index) => ({ part, isLast: index === parts.length - 1 })).slice(start);
}

function pageOf(
  part: ReadPart,
  rows: readonly PlacedRow[],
  selection: Selection,
  problem: RecordProblem | undefined,
): RecordPage {
  return {
    part,
    ...decodeRows(
      selection,
      rows.map(({ values }) => values),
      problem,
    ),
    keys: rows.map((row) => row.key),
    createdAt: rows.map((row) => Number(row.createdAtMs)),
    cursors: rows.map((row) => cursorText(part, row.place)),
  };
}
