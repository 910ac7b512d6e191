import type { ReadRequest, RecordPage } from '@sluice/core/source';
import { assertContent } from '@sluice/langfuse-records';
import { TextPage, type TextRecords } from '@sluice/tab-separated';
import type { Position } from '../sql/position.js';
import { OTHERS, selectionOf, type Selection } from '../sql/selection.js';
import { partsOf, type PartRequest, type ReadPart } from '../sql/window-part.js';
import { cursorText, parseCursor } from './cursor.js';
import type { Reading } from './reading.js';
import { readSlice } from './read-slice.js';
import { nextSlices } from './slice.js';

/** The records of a window, part by part and slice by slice. Each slice is one statement, handed on in pages. */
export async function* readWindow(
  { window, after, fields }: ReadRequest,
  reading: Reading,
): AsyncGenerator<RecordPage> {
  assertContent(fields, reading.content);
  if (window.axis === 'event') await reading.beforeHistory();
  const layout = await reading.layoutOf(window.stream);
  const selection = selectionOf(layout, fields, await reading.projectNames(fields));
  const start = after === undefined ? undefined : parseCursor(after);
  const parts = partsOf(layout, window);
  const first = start === undefined ? 0 : parts.indexOf(start.part);
  if (first === -1) throw new Error(`a cursor of part ${start?.part} is invalid for this window`);
  let place = start?.place;
  for (const part of parts.slice(first)) {
    yield* readPart({ layout, projects: reading.projects, window, part }, place, selection, reading);
    place = undefined;
  }
  await reading.beforeEnd();
}

async function* readPart(
  request: PartRequest,
  start: Position | undefined,
  selection: Selection,
  reading: Reading,
): AsyncGenerator<RecordPage> {
  const pace = reading.paceOf(request.layout.name);
  for (let after = start, isEnd = false; !isEnd;) {
    const planned = await nextSlices(request, after, pace.rows, reading);
    isEnd = planned.isEnd;
    for (const slice of planned.slices) {
      const records = await readSlice(request, slice, selection, reading, pace);
      if (records === undefined) {
        isEnd = false;
        break;
      }
      yield* pagesOf(records, request.part, selection, reading);
      after = slice.range.upTo;
    }
  }
}

function* pagesOf(
  records: TextRecords,
  part: ReadPart,
  selection: Selection,
  { pageSize, signal }: Pick<Reading, 'pageSize' | 'signal'>,
): Generator<RecordPage> {
  for (let start = 0; start < records.count; start += pageSize) {
    signal?.throwIfAborted();
    const length = Math.min(pageSize, records.count - start);
    const page = records.picked(Array.from({ length }, (_, index) => start + index));
    yield new TextPage({
      part,
      records: page,
      selection,
      cursorOf: (record) => cursorText(part, placeOf(page, part, record)),
    });
  }
}

function placeOf(records: TextRecords, part: ReadPart, record: number): Position {
  return {
    at: records.other(record, part === 'event' ? OTHERS.happenedAt : OTHERS.createdAt),
    project: records.other(record, OTHERS.project),
    id: records.other(record, OTHERS.id),
  };
}
