import type { Instant, JsonObject } from '@sluice/core/adapter';
import type { Window, WindowPart } from '@sluice/core/source';
import type { PagedStream } from './paged-source-options.js';

/** A record as the API gives it, with its place. */
export interface ListedRecord {
  readonly record: JsonObject;
  readonly key: string;
  readonly createdAt: Instant;
}

/** What a part of a window lists, and which of it belongs to the part. */
export interface PagedPart {
  readonly part: WindowPart;
  readonly from: Instant;
  readonly until: Instant;
  readonly includes: (listed: ListedRecord) => boolean;
}

/** The API knows one time of a record, so that it is the time of its event as well. */
export function partsOf(window: Window, changedAt: PagedStream<never>['changed']): readonly PagedPart[] {
  const { axis, from, until, createdBefore, eventFrom = -Infinity, revisitMs, olderOnly } = window;
  if (axis === 'event') {
    return [{ part: 'event', from, until: Math.min(until, createdBefore ?? until), includes: () => true }];
  }
  const follows = ({ createdAt }: ListedRecord): boolean =>
    createdAt >= Math.min(createdBefore ?? -Infinity, eventFrom);
  const created: PagedPart[] = olderOnly ? [] : [{ part: 'created', from, until, includes: follows }];
  if (changedAt === undefined || revisitMs === 0) return created;
  const includes = (listed: ListedRecord): boolean => follows(listed) && changedAt(listed.record) >= from;
  return [...created, { part: 'changed', from: from - revisitMs, until: from, includes }];
}
