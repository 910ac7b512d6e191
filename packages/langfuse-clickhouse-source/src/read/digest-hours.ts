import { HOUR_MS } from '@sluice/core/state';
import type { DigestRequest, SourceDigest } from '@sluice/core/source';
import { digestQuery, hoursQuery } from '../sql/digest-query.js';
import { FEW } from './read-slice.js';
import type { Reading } from './reading.js';

/** A statement for so many rows takes a few tenths of a second. */
const AT_ONCE = 200_000;

interface Hours {
  readonly from: number;
  readonly until: number;
  readonly rows: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** Digests per hour of creation, of records as windows give them. */
export async function digestHours(request: DigestRequest, reading: Reading): Promise<readonly SourceDigest[]> {
  const { connection, projects, signal } = reading;
  const layout = await reading.layoutOf(request.stream);
  const { beforeMs, afterMs } = layout.reach;
  const hours = await connection.rows(hoursQuery(layout, projects, request), { signal });
  const digests: SourceDigest[] = [];
  for (const { from, until, rows, firstMs, lastMs } of together(hours)) {
    const range = {
      rows: { from: firstMs, until: lastMs + 1 },
      records: rows <= FEW ? undefined : { from: firstMs - beforeMs, until: lastMs + afterMs },
    };
    const found = await connection.rows(digestQuery(layout, projects, { ...request, from, until }, range), { signal });
    digests.push(
      ...found.map(([hour, records, first, second]): SourceDigest => {
        return { hour: Number(hour), records: Number(records), sums: [hex(first), hex(second)] };
      }),
    );
  }
  await reading.beforeEnd();
  return digests.toSorted((a, b) => a.hour - b.hour);
}

/** Hours one after another, as many as one statement may cover. */
function together(rows: readonly (readonly (string | undefined)[])[]): readonly Hours[] {
  const groups: Hours[] = [];
  for (const [hour, count, first, last] of rows) {
    const next = {
      from: Number(hour),
      until: Number(hour) + HOUR_MS,
      rows: Number(count),
      firstMs: Number(first),
      lastMs: Number(last),
    };
    const group = groups.at(-1);
    if (group === undefined || group.rows + next.rows > AT_ONCE) groups.push(next);
    else {
      groups[groups.length - 1] = {
        from: group.from,
        until: next.until,
        rows: group.rows + next.rows,
        firstMs: Math.min(group.firstMs, next.firstMs),
        lastMs: Math.max(group.lastMs, next.lastMs),
      };
    }
  }
  return groups;
}

function hex(sum: string | undefined): string {
  return (sum ?? '').toLowerCase().padStart(16, '0');
}
