import type { ReadRequest, RecordPage, Window } from '@sluice/core/source';
import { assertContent, type Content, type Projects } from '@sluice/langfuse-records';
import { TextPage } from '@sluice/tab-separated';
import { type Alone, readAlone, type ReadingPace, RecentKeys, type SqlCopy, type SqlQuery } from '@sluice/postgres';
import { cursorText, parseCursor, type ReadPart } from './cursor.js';
import { readPart, type PartPage } from './read-part.js';
import { TraceLookup, type TimeSpan } from './trace-lookup.js';
import type { PageQuery } from '../sql/record-page-query.js';
import { selectionOf, withoutFields } from '../sql/selection.js';
import { streamNamed } from '../streams.js';

export interface WindowReading {
  readonly projects: Projects;
  readonly content: Content;
  readonly pageSize: number;
  /** How many rows the statements of a stream may look at. */
  readonly paceOf: (stream: string) => ReadingPace;
  /** Runs the statements of one page in one transaction. */
  readonly run: <T>(work: (query: SqlQuery, copy: SqlCopy) => Promise<T>) => Promise<T>;
  /** Called in the transaction of the last page; throws if its rows cannot be trusted. */
  readonly beforeEnd: (query: SqlQuery) => Promise<void>;
}

/** How many keys a window remembers, to return a record once although several changes lead to it. */
const REMEMBERED_KEYS = 20_000;

/** The records of a window, part by part and page by page. */
export async function* readWindow(request: ReadRequest, reading: WindowReading): AsyncGenerator<RecordPage> {
  const { window } = request;
  assertContent(request.fields, reading.content);
  const stream = streamNamed(window.stream);
  const selection = selectionOf(stream, request.fields);
  const query = { stream, window, selection, projects: reading.projects, limit: reading.pageSize };
  const start = request.after === undefined ? undefined : parseCursor(request.after);
  const given = new RecentKeys(REMEMBERED_KEYS);
  const traces = new TraceLookup(selection.trace, reading.projects);
  let place = start?.place;

  for (const { part, isLast } of partsFrom(partsOf(window), start?.part)) {
    for (let isEnd = false; !isEnd;) {
      const position = place;
      const read = (asked: PageQuery, lookedAt: number): Promise<PartPage> =>
        reading.run(async (run, copy) => {
          const found = await readPart({ query: run, copy }, asked, part, position, lookedAt);
          if (asked.selection.trace)
            await traces.fillIn(found.records, copy, part === 'event' ? spanOf(found) : undefined);
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
      const { records, placeOf } = part === 'changed' || part === 'derived' ? onlyNew(page, given) : page;
      const cursorOf = (record: number): string => cursorText(part, placeOf(record));
      if (records.count > 0) yield new TextPage({ part, records, selection, cursorOf, problem });
      place = page.next;
      isEnd = page.next === undefined;
    }
  }
}

/** The parts of a window in reading order. Following reads new, changed and derived records; a backfill, one part. */
export function partsOf({
  axis,
  revisitMs,
  olderOnly,
}: Pick<Window, 'axis' | 'revisitMs' | 'olderOnly'>): readonly ReadPart[] {
  if (axis === 'event') return ['event'];
  const created: readonly ReadPart[] = olderOnly ? [] : ['created'];
  return revisitMs > 0 ? [...created, 'changed', 'derived'] : created;
}

function partsFrom(
  parts: readonly ReadPart[],
  first: ReadPart | undefined,
): readonly { readonly part: ReadPart; readonly isLast: boolean }[] {
  const start = first === undefined ? 0 : parts.indexOf(first);
  if (start === -1) throw new Error(`a cursor of part ${first} is invalid for this window`);
  return parts.map((part, index) => ({ part, isLast: index === parts.length - 1 })).slice(start);
}

function spanOf({ records, placeOf }: PartPage): TimeSpan {
  return { from: placeOf(0).at, until: placeOf(records.count - 1).at };
}

/** The records that the window has not given yet. */
function onlyNew({ records, placeOf }: PartPage, given: RecentKeys): Pick<PartPage, 'records' | 'placeOf'> {
  const kept = [...Array(records.count).keys()].filter((record) => given.add(records.key(record)));
  if (kept.length === records.count) return { records, placeOf };
  return { records: records.picked(kept), placeOf: (record) => placeOf(kept[record] ?? 0) };
}
