import { SluiceError, TransientError, type AdapterContext } from '@sluice/core/adapter';
import { PosthogApi } from '#src/posthog-api.js';
import { ProjectApi } from '#src/project-api.js';
import type { Assumption, Judge, Verdict } from './assumption.js';
import { held, untold } from './assumption.js';
import { ASSUMPTIONS } from './assumptions.js';
import { Lab } from './lab.js';
import { acceptanceSettings, USAGE } from './settings.js';
import { storedEvents, type StoredEvents } from './stored-events.js';

export interface Surroundings {
  readonly args: readonly string[];
  readonly context: AdapterContext;
  /** Marks the events. */
  readonly run: string;
  readonly out: (line: string) => void;
}

const POLL_MS = 30_000;
/** PostHog usually needs less than a minute. */
const PATIENCE_MS = 10 * 60_000;
/** What must not be stored is looked for a while after everything else has arrived. */
const GRACE_MS = 60_000;

/** Probes every assumption and returns the exit code. */
export async function runAcceptance({ args, context, run, out }: Surroundings): Promise<0 | 1 | 2> {
  const settings = acceptanceSettings(args, context.environment);
  if (typeof settings === 'string') {
    out(`${settings}\n\n${USAGE}`);
    return 2;
  }
  const api = new PosthogApi(settings.config, context);
  const project = new ProjectApi(settings.config, settings.project, context);
  try {
    const lab = await Lab.open(api, run, context.runtime.now());
    // A key that may not query would be found out only after everything was sent.
    await storedEvents(project, lab);
    out(`run ${run}: sending to ${api.url}`);
    const judges: (readonly [Assumption, Judge])[] = [];
    for (const assumption of ASSUMPTIONS) judges.push([assumption, await probed(assumption, lab)]);
    out(`waiting for ${lab.expected.size} events at ${project.pages}`);
    const stored = await arrived(project, lab, context);
    const verdicts = judges.map(([assumption, judge]) => ({ assumption, verdict: judge(stored) }));
    for (const { assumption, verdict } of verdicts) out(lineOf(assumption, verdict));
    out(summary(verdicts.map(({ verdict }) => verdict)));
    return verdicts.some(({ verdict }) => verdict.outcome === 'did not hold') ? 1 : 0;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    out(error.message);
    return 2;
  } finally {
    api.close();
    project.close();
  }
}

/** A redirect, a broken connection or the like is what was seen. */
async function probed(assumption: Assumption, lab: Lab): Promise<Judge> {
  try {
    return await assumption.probe(lab);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const verdict = error instanceof TransientError ? untold(error.message) : held(false, error.message);
    return () => verdict;
  }
}

/** Asks until every expected event is there, and once more after a while. */
async function arrived(project: ProjectApi, lab: Lab, { runtime }: AdapterContext): Promise<StoredEvents> {
  const deadline = runtime.now() + PATIENCE_MS;
  for (;;) {
    const isLate = runtime.now() >= deadline;
    try {
      const stored = await storedEvents(project, lab);
      const uuids = new Set(stored.events.map(({ uuid }) => uuid.toLowerCase()));
      if ([...lab.expected].every((uuid) => uuids.has(uuid))) break;
      // Long after the others have arrived, what is missing will not come.
      if (isLate) return { ...stored, isComplete: stored.events.length > 0 };
    } catch (error) {
      if (isLate || !(error instanceof TransientError)) throw error;
    }
    await runtime.sleep(POLL_MS);
  }
  await runtime.sleep(GRACE_MS);
  return { ...(await storedEvents(project, lab)), isComplete: true };
}

function lineOf({ id, says }: Assumption, { outcome, seen }: Verdict): string {
  return `${outcome.padEnd(17)}  ${id}: ${says}\n${' '.repeat(19)}${seen}`;
}

function summary(verdicts: readonly Verdict[]): string {
  const count = (outcome: Verdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return `${count('held')} held, ${count('did not hold')} did not hold, ${count('could not be told')} could not be told`;
}
