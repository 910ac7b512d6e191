import type { WriteStream } from 'node:tty';
import type { Logger } from '@sluice/core/adapter';
import type { BackfillProgress, RunProgress } from '@sluice/core/engine';
import { SingleBar } from 'cli-progress';
import { durationText, integer } from '../output/words.js';
import { onOneLine } from './screen-text.js';
import type { Terminal } from './terminal.js';

const STEPS = 1000;
/** How often a log line tells the progress of a backfill that nobody watches. */
const LOG_EVERY_MS = 30_000;
/** Before that, the remaining time cannot be estimated. */
const LEAST_MS = 2000;

export interface ProgressDisplay<Progress> {
  readonly update: (progress: Progress) => void;
  readonly end: () => void;
}

/** Share, rate and remaining time of each stream, as a bar on stderr. Nothing without a terminal. */
export function runProgress({ interactive, streams }: Terminal): ProgressDisplay<RunProgress> {
  if (!interactive) return { update: () => undefined, end: () => undefined };
  const bar = new Bar(streams.stderr);
  let stream = '';
  let finished = 0;
  let inWindow = { key: '', events: 0 };
  return {
    update: (progress) => {
      if (progress.stream !== stream) {
        stream = progress.stream;
        finished = 0;
        inWindow = { key: '', events: 0 };
        bar.start();
      }
      const key = `${progress.purpose} ${progress.window.from}`;
      if (key !== inWindow.key) finished += inWindow.events;
      inWindow = { key, events: progress.eventsFinal };
      bar.update(stream, progress.share, finished + inWindow.events);
    },
    end: () => bar.end(),
  };
}

/** The same for a backfill as a whole. Without a terminal, a log line now and then. */
export function backfillProgress(
  { interactive, streams }: Terminal,
  logger: Logger,
): ProgressDisplay<BackfillProgress> {
  if (interactive) {
    const bar = new Bar(streams.stderr);
    bar.start();
    return { update: ({ stream, share, eventsFinal }) => bar.update(stream, share, eventsFinal), end: () => bar.end() };
  }
  const pace = new Pace();
  let loggedMs = performance.now();
  return {
    update: ({ stream, share, recordsRead, eventsFinal }) => {
      const nowMs = performance.now();
      if (nowMs - loggedMs < LOG_EVERY_MS) return;
      loggedMs = nowMs;
      const { percent, eventsPerSecond, remaining } = pace.of(share, eventsFinal);
      logger.info({ stream, percent, recordsRead, eventsFinal, eventsPerSecond, remaining }, 'backfilling');
    },
    end: () => undefined,
  };
}

class Bar {
  readonly #bar: SingleBar;
  #pace = new Pace();

  constructor(stream: WriteStream) {
    this.#bar = new SingleBar({
      format: '{stream} {bar} {percent}% · {events} events · {rate}/s · {remaining}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      stream,
    });
  }

  start(): void {
    this.#pace = new Pace();
    this.#bar.start(STEPS, 0, { stream: '', percent: 0, events: '0', rate: '0', remaining: '' });
  }

  update(stream: string, share: number, events: number): void {
    const { percent, eventsPerSecond, remaining } = this.#pace.of(share, events);
    const rate = integer(eventsPerSecond);
    this.#bar.update(Math.floor(share * STEPS), {
      stream: onOneLine(stream),
      percent,
      events: integer(events),
      rate,
      remaining,
    });
  }

  end(): void {
    this.#bar.stop();
  }
}

/** The speed since the first share that was reported: a backfill may be resumed in its middle. */
class Pace {
  readonly #startMs = performance.now();
  #firstShare: number | undefined;

  of(share: number, events: number) {
    const elapsedMs = performance.now() - this.#startMs;
    if (share > 0) this.#firstShare ??= share;
    const done = share - (this.#firstShare ?? share);
    const leftMs = done > 0.01 && elapsedMs >= LEAST_MS ? (elapsedMs / done) * (1 - share) : undefined;
    return {
      percent: Math.floor(share * 100),
      eventsPerSecond: elapsedMs > 0 ? Math.round((events / elapsedMs) * 1000) : 0,
      remaining: leftMs === undefined ? 'estimating' : `about ${durationText(leftMs)} left`,
    };
  }
}
