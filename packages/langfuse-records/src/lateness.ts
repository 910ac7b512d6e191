import type { CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';

/** A larger share of late rows leads to a warning. */
const WORTH_A_WARNING = 0.01;

/** How late the rows of a table change, as a source has measured it. */
interface Lateness {
  /** Which rows, and what they do late: `2,000 rows last changed`. */
  readonly what: string;
  /** 99 % of them do so within this time of their creation. */
  readonly mostMs: number;
  /** The shares that do so later than `settle`, and later than `revisit` reaches. */
  readonly afterSettle: number;
  readonly afterRevisit: number;
}

/** How far changes are followed. */
export function followedMs({ settleMs, revisitMs }: ReadPlan): number {
  return Math.max(settleMs, revisitMs);
}

/** Whether `settle` and `revisit` fit how late rows change. */
export function latenessFinding(
  name: string,
  { what, mostMs, afterSettle, afterRevisit }: Lateness,
  plan: ReadPlan,
): CheckResult {
  const message =
    `99 % of ${what} within ${durationText(mostMs)} of their creation; ` +
    `${percent(afterSettle)} later than settle (${durationText(plan.settleMs)})` +
    (afterRevisit > 0
      ? `, ${percent(afterRevisit)} later than revisit reaches (${durationText(followedMs(plan))})`
      : '');
  const covering = durationText(mostMs, Math.ceil);
  if (afterRevisit > WORTH_A_WARNING) {
    // A pipeline without `revisit` sends each record once, so it must wait for the changes.
    const option = plan.revisitMs === 0 ? 'settle' : 'revisit';
    const fix = `such changes are not exported: ${option}: ${covering} covers 99 %`;
    return { name, outcome: 'warning', message, fix };
  }
  if (afterSettle > WORTH_A_WARNING) {
    const fix = `each of these is sent again, and counts twice if its user or day changed: settle: ${covering} covers 99 %`;
    return { name, outcome: 'warning', message, fix };
  }
  return { name, outcome: 'good', message };
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** In the largest unit that gives at least 2, as in a pipeline file. */
export function durationText(ms: number, round = Math.round): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= 2 * each) ?? ['s', 1000];
  return `${round(ms / size)}${unit}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
