import type { Runtime } from '../contracts/runtime.js';
import type { Schedule, ScheduledPipeline, ScheduleOptions, Scheduler } from '../contracts/scheduler.js';
import type { Instant } from '../contracts/value.js';
import { nextTime } from './next-time.js';

/** How often the clock is checked: it may have been set, or the machine may have slept. */
const CHECK_EVERY_MS = 60_000;

/** A clock that is set back by less than this is being corrected. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Runs schedules with timers in this process, for this process alone. */
export class InProcessScheduler implements Scheduler {
  readonly isShared = false;
  readonly #runtime: Pick<Runtime, 'now' | 'sleep'>;

  constructor(runtime: Pick<Runtime, 'now' | 'sleep'>) {
    this.#runtime = runtime;
  }

  async run(pipeline: ScheduledPipeline, options: ScheduleOptions): Promise<void> {
    let served = (await options.servedUntil?.()) ?? this.#runtime.now();
    while (await this.#isDue(pipeline.schedule, served, options.signal)) {
      served = this.#runtime.now();
      await tickInTurns(pipeline, options);
    }
  }

  /** Resolves to true at the first time of the schedule after `servedUntil`, or to false when the signal aborts. */
  async #isDue(schedule: Schedule, servedUntil: Instant, signal: AbortSignal): Promise<boolean> {
    const nextAfter = (served: Instant) => (Number.isFinite(served) ? nextTime(schedule, served) : served);
    let [served, next] = [servedUntil, nextAfter(servedUntil)];
    while (!signal.aborted) {
      const now = this.#runtime.now();
      if (served > now + CLOCK_TOLERANCE_MS) [served, next] = [now, nextAfter(now)];
      const waitMs = next - now;
      if (waitMs <= 0) return true;
      await this.#runtime.sleep(Math.min(waitMs, CHECK_EVERY_MS), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
    return false;
  }
}

/** Ends when a tick has ended by itself, not because its turn was over. */
async function tickInTurns(
  { pipeline, tick }: ScheduledPipeline,
  { turns, signal, observe = () => undefined }: ScheduleOptions,
): Promise<void> {
  for (;;) {
    observe({ kind: 'due' });
    const turn = await turns?.take(pipeline, signal);
    if (turns !== undefined && turn === undefined) return observe({ kind: 'idle' });
    observe({ kind: 'here' });
    try {
      if ((await tick(turn?.over)) !== 'interrupted' || signal.aborted) return;
    } finally {
      turn?.end();
      observe({ kind: 'idle' });
    }
  }
}
