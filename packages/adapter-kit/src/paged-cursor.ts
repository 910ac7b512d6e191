import type { Instant } from '@sluice/core/adapter';
import type { WindowPart } from '@sluice/core/source';

/** The place of a record: the page that it came with, and what it is ordered by. */
export interface PagedCursor {
  readonly part: WindowPart;
  /** What the page was asked with; absent for the first one. */
  readonly token?: string | undefined;
  readonly createdAt: Instant;
  readonly key: string;
}

export function cursorText({ part, token, createdAt, key }: PagedCursor): string {
  return JSON.stringify([part, token ?? null, createdAt, key]);
}

/** Of a text that `cursorText` made. */
export function cursorOf(text: string): PagedCursor {
  const [part, token, createdAt, key]: [WindowPart, string | null, Instant, string] = JSON.parse(text);
  return { part, token: token ?? undefined, createdAt, key };
}

interface Placed {
  readonly createdAt: Instant;
  readonly key: string;
}

/**
 * The records of a page that was asked for again, without those through the cursor's. Where its record has gone, those of the
 * same time are returned again: once too often rather than never.
 */
export function recordsAfter<Record extends Placed>(
  records: readonly Record[],
  { createdAt, key }: Placed,
): readonly Record[] {
  const index = records.findIndex((record) => record.key === key && record.createdAt === createdAt);
  return index === -1 ? records.filter((record) => record.createdAt >= createdAt) : records.slice(index + 1);
}
