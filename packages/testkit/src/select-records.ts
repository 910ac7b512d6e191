import type { Window } from '@sluice/core/source';
import type { MemoryPosition, MemoryRecord } from './memory-position.js';

type Records = ReadonlyMap<string, MemoryRecord>;

/** The records of a window, each with its part. A record is in at most one part. */
export function selectRecords(
  window: Window,
  records: Records,
  recordsOf: (stream: string) => Records,
): MemoryPosition[] {
  if (window.axis === 'event') return inEventWindow(window, records);
  return [...records.values()]
    .filter((record) => isExported(window, record))
    .flatMap((record) => {
      const own = changePosition(window, record);
      if (own !== undefined) return own.part === 'created' && window.olderOnly ? [] : [own];
      const derived = derivedPosition(window, record, recordsOf);
      return derived === undefined ? [] : [derived];
    });
}

function inEventWindow(window: Window, records: Records): MemoryPosition[] {
  return [...records.values()]
    .map((record): MemoryPosition => ({ part: 'event', time: record.eventTime ?? record.createdAt, record }))
    .filter(({ time, record }) => time >= window.from && time < window.until && isBefore(record, window.createdBefore));
}

/** The part that a record is in by its own times, whether it is exported or not. */
function changePosition(window: Window, record: MemoryRecord): MemoryPosition | undefined {
  const { createdAt } = record;
  if (createdAt >= window.from && createdAt < window.until) return { part: 'created', time: createdAt, record };
  const isRevisited = createdAt >= window.from - window.revisitMs && createdAt < window.from;
  const isChanged = (record.updatedAt ?? createdAt) >= window.from;
  return isRevisited && isChanged ? { part: 'changed', time: createdAt, record } : undefined;
}

function derivedPosition(
  window: Window,
  record: MemoryRecord,
  recordsOf: (stream: string) => Records,
): MemoryPosition | undefined {
  if (window.revisitMs === 0 || record.createdAt >= window.until) return undefined;
  const times = (record.causes ?? []).flatMap(({ stream, key }) => {
    const cause = recordsOf(stream).get(key);
    return cause !== undefined && changePosition(window, cause) !== undefined ? [cause.createdAt] : [];
  });
  return times.length === 0 ? undefined : { part: 'derived', time: Math.min(...times), record };
}

function isBefore(record: MemoryRecord, createdBefore: number | undefined): boolean {
  return createdBefore === undefined || record.createdAt < createdBefore;
}

/** A record created before the handover is exported only if it happened after the pipeline's start. */
function isExported(window: Window, record: MemoryRecord): boolean {
  if (window.createdBefore === undefined || window.eventFrom === undefined) return true;
  return record.createdAt >= window.createdBefore || (record.eventTime ?? record.createdAt) >= window.eventFrom;
}
