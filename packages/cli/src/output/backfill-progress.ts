import type { Logger, Runtime } from '@sluice/core/adapter';
import type { BackfillProgress } from '@sluice/core/engine';
import { SingleBar } from 'cli-progress';
import type { Terminal } from '../terminal.js';
import { durationText } from './duration-text.js';
import { integer } from './table.js';

const STEPS = 1000;
/** So often a log line says how far it is, where nobody watches. */
const LOG_EVERY_MS = 30_000;
/** Before it nothing can be said of the time that is left. */
const LEAST_SECONDS = 2;

export interface BackfillDisplay {
  readonly update: (progress: BackfillProgress) => void;
  readonly end: () => void;
}

/** Share, rate and remaining time on stderr: a bar while somebody watches, a log line now and then otherwise. */
export function backfillDisplay(
  { interactive }: Terminal,
  { runtime, logger }: { readonly runtime: Runtime; readonly logger: Logger },
): BackfillDisplay {
  const pace = new Pace(runtime);
  if (!interactive) {
    let loggedMs = runtime.monotonicMs();
    return {
      update: (progress) => {
        const nowMs = runtime.monotonicMs();
        if (nowMs - loggedMs < LOG_EVERY_MS) return;
        loggedMs = nowMs;
        const { percent, rate, remaining } = pace.of(progress);
        const { stream, recordsRead, eventsFinal } = progress;
        logger.info({ stream, percent, recordsRead, eventsFinal, eventsPerSecond: rate, remaining }, 'backfilling');
      },
      end: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: '{stream} {bar} {percent}% · {events} events · {rate}/s · {remaining}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stream: process.stderr,
  });
  bar.start(STEPS, 0, { stream: 'backfill', percent: 0, events: '0', rate: '0', remaining: '' });
  return {
    update: (progress) => {
      const { percent, rate, remaining } = pace.of(progress);
      const shown = { stream: progress.stream, percent, events: integer(progress.eventsFinal), rate: integer(rate) };
      bar.update(Math.floor(progress.share * STEPS), { ...shown, remaining });
    },
    end: () => bar.stop(),
  };
}

/** How fast it goes: from the first share that was told, since a backfill may go on from its middle. */
class Pace {
  readonly #runtime: Runtime;
  readonly #begunMs: number;
  #firstShare: number | undefined;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#begunMs = runtime.monotonicMs();
  }

  of({ share, eventsFinal }: BackfillProgress) {
    const seconds = (this.#runtime.monotonicMs() - this.#begunMs) / 1000;
    if (share > 0) this.#firstShare ??= share;
    const done = share - (this.#firstShare ?? share);
    const left = done > 0.01 && seconds >= LEAST_SECONDS ? (seconds / done) * (1 - share) : undefined;
    return {
      percent: Math.floor(share * 100),
      rate: seconds > 0 ? Math.round(eventsFinal / seconds) : 0,
      remaining: left === undefined ? 'estimating' : `about ${durationText(left * 1000)} left`,
    };
  }
}
