import { addKeySums, NO_KEYS, type DigestRequest, type KeySums, type SourceDigest } from '@sluice/core/source';
import { SlowStatementError } from '../postgres-error.js';
import { tooSlow } from './read-alone.js';
import type { ReadingPace } from './reading-pace.js';
import type { TextRow } from './query.js';
import type { WindowReading } from './read-window.js';
import { digestQuery, firstAfterQuery, sliceEndQuery, type DigestSlice } from '../sql/digest-query.js';
import { timestampText } from '../sql/timestamp-text.js';
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
    for (const row of rows) addTo(hours, digestOf(row));
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

function digestOf([hour, records, first, second]: TextRow): SourceDigest {
  return { hour: Number(hour), records: Number(records), sums: [hex(first), hex(second)] };
}

function addTo(hours: Map<number, SourceDigest>, { hour, records, sums }: SourceDigest): void {
  const known = hours.get(hour);
  const before: KeySums = known?.sums ?? NO_KEYS;
  hours.set(hour, { hour, records: records + (known?.records ?? 0), sums: addKeySums(before, sums) });
}

/** A sum of signed numbers modulo 2^64. */
function hex(sum: string | null | undefined): string {
  return BigInt.asUintN(64, BigInt(sum ?? 0))
    .toString(16)
    .padStart(16, '0');
}
