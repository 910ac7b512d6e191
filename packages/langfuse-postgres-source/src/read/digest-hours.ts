import type { DigestRequest, SourceDigest } from '@sluice/core/source';
import {
  addDigests,
  SlowStatementError,
  timestampText,
  tooSlow,
  type ReadingPace,
  type TextRow,
} from '@sluice/postgres';
import type { WindowReading } from './read-window.js';
import { digestQuery, firstAfterQuery, sliceEndQuery, type DigestSlice } from '../sql/digest-query.js';
import { streamNamed } from '../streams.js';

interface Slice {
  readonly rows: readonly TextRow[];
  readonly next: string | undefined;
}

/** Digests per hour of creation. Each statement covers so many rows that none runs for long. */
export async function digestHours(
  request: DigestRequest,
  { projects, run, beforeEnd }: Pick<WindowReading, 'projects' | 'run' | 'beforeEnd'>,
  pace: ReadingPace,
): Promise<readonly SourceDigest[]> {
  const stream = streamNamed(request.stream);
  const until = timestampText(request.until);
  const hours = new Map<number, SourceDigest>();
  for (let from: string | undefined = timestampText(request.from); from !== undefined;) {
    const start: string = from;
    const readSlice = (sliceRows: number): Promise<Slice> =>
      run(async (query) => {
        const [end] = await query(sliceEndQuery(stream, start, until, sliceRows));
        const slice = sliceOf(start, until, Number(end?.[0]) < sliceRows ? undefined : (end?.[1] ?? undefined));
        const found = await query(digestQuery(stream, projects, request, slice));
        const following = slice.until ?? (await query(firstAfterQuery(stream, start, until)))[0]?.[0] ?? until;
        const isEnd = following === until;
        if (isEnd) await beforeEnd(query);
        return { rows: found, next: isEnd ? undefined : following };
      });
    const { rows, next } = await pace.run(async (lookedAt) => {
      try {
        return await readSlice(Math.min(pace.pageSize, lookedAt));
      } catch (error) {
        if (lookedAt > 1 || !(error instanceof SlowStatementError && error.isTimeLimit)) throw error;
        throw tooSlow(error, `counting the ${stream.name} records created from ${start} on`);
      }
    });
    addDigests(hours, rows);
    from = next;
  }
  return [...hours.values()].toSorted((a, b) => a.hour - b.hour);
}

/**
 * The slice that starts at `from` and ends before the time of its last row, because more rows may have that time. If all
 * rows have the same time, the slice is that time alone, however many rows it has.
 */
function sliceOf(from: string, until: string, last: string | undefined): DigestSlice {
  if (last === undefined) return { from, until };
  return last === from ? { from } : { from, until: last };
}
