import { historyOfTrace, type HistoryPlan, type TraceHistory } from './trace-history.js';

export interface SeedHistoryOptions {
  readonly traces: number;
  /** The end of the history, in epoch milliseconds: every time in it is at least two hours older. */
  readonly now: number;
  /** Uniform in [0, 1); one seed gives one history. */
  readonly random: () => number;
  /** Default: 30 days. */
  readonly historyMs?: number;
}

const HOUR_MS = 3_600_000;
const TRACES_PER_BATCH = 1000;

export const PROJECTS = [
  { id: 'proj-support', name: 'Support assistant' },
  { id: 'proj-search', name: 'Search' },
];

/** The last time of a history, in epoch milliseconds. */
export function latestTime({ now }: SeedHistoryOptions): number {
  return now - 2 * HOUR_MS;
}

/** A believable history in order of its traces: the same for every version of Langfuse. */
export function* historyBatches(options: SeedHistoryOptions): Generator<readonly TraceHistory[]> {
  const { traces, random, historyMs = 30 * 24 * HOUR_MS } = options;
  const latest = latestTime(options);
  const plan: HistoryPlan = { random, latest, projectIds: PROJECTS.map((project) => project.id) };
  for (let start = 0; start < traces; start += TRACES_PER_BATCH) {
    yield Array.from({ length: Math.min(TRACES_PER_BATCH, traces - start) }, (_, offset) => {
      const position = (start + offset) / traces;
      return historyOfTrace(plan, start + offset, latest - historyMs + position * (historyMs - HOUR_MS));
    });
  }
}
