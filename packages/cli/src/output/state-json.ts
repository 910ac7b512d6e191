import type { Instant } from '@sluice/core/adapter';
import type { RewindPlan, StateOverview } from '@sluice/core/engine';
import type { HistoryEntry } from '@sluice/core/state';

/** Fields that hold an instant. Programs read times as ISO 8601. */
const TIMES: ReadonlySet<string> = new Set([
  'at',
  'createdBefore',
  'eventFrom',
  'finishedAt',
  'firstHour',
  'followedUntil',
  'from',
  'handover',
  'hour',
  'lastHour',
  'plannedAt',
  'since',
  'to',
  'until',
]);

/** What `sluice state` shows, for programs. */
export function stateAsJson(value: StateOverview | RewindPlan | readonly HistoryEntry[]): string {
  const withTimes = (name: string, each: unknown): unknown =>
    TIMES.has(name) && typeof each === 'number' ? isoText(each) : each;
  return `${JSON.stringify(value, withTimes, 2)}\n`;
}

function isoText(at: Instant): string {
  return new Date(at).toISOString();
}
