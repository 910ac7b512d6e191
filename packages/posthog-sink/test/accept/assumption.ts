import type { Lab } from './lab.js';
import type { StoredEvents } from './stored-events.js';

export interface Verdict {
  readonly outcome: 'held' | 'did not hold' | 'could not be told';
  /** What was seen, in one line for people. */
  readonly seen: string;
}

/** Looks at what PostHog stored of what a probe sent. */
export type Judge = (stored: StoredEvents) => Verdict;

/** What Sluice takes for granted about PostHog, and the probe that finds out. */
export interface Assumption {
  /** Stands in `docs/posthog-sink.md` too, and never changes. */
  readonly id: string;
  readonly says: string;
  /** Sends what the probe needs, and returns what to look at once PostHog has stored it. */
  probe(lab: Lab): Promise<Judge>;
}

export function held(isHeld: boolean, seen: string): Verdict {
  return { outcome: isHeld ? 'held' : 'did not hold', seen };
}

export function untold(seen: string): Verdict {
  return { outcome: 'could not be told', seen };
}

/** For an assumption that no probe can test without harm to the project. */
export function untestable(id: string, says: string, why: string): Assumption {
  return { id, says, probe: async () => () => untold(why) };
}
