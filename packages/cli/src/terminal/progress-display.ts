import type { WriteStream } from 'node:tty';
import type { Logger } from '@sluice/core/adapter';
import type { RunProgress } from '@sluice/core/engine';
import { durationText, integer } from '../output/words.js';
import type { Terminal } from './terminal.js';

const BAR_WIDTH = 24;
/** How often a log line tells the progress of a backfill that nobody watches. */
const LOG_EVERY_MS = 30_000;
/** Before that, the remaining time cannot be estimated. */
const LEAST_MS = 2000;

export interface ProgressDisplay {
  /** Options of the run. Without a callback, the source need not estimate how much is left. */
  readonly options: { readonly onProgress?: (progress: RunProgress) => void };
  readonly end: () => void;
}

/** Share, rate and remaining time of a run, as a bar on stderr. Nothing without a terminal. */
export async function runProgress({ interactive, streams }: Terminal): Promise<ProgressDisplay> {
  return interactive ? await bar(streams.stderr) : { options: {}, end: () => undefined };
}

/** The same for a backfill. Without a terminal, a log line now and then. */
export async function backfillProgress({ interactive, streams }: Terminal, logger: Logger): Promise<ProgressDisplay> {
  if (interactive) return await bar(streams.stderr);
  const begunMs = performance.now();
  let loggedMs = begunMs;
  const onProgress = (progress: RunProgress) => {
    const nowMs = performance.now();
    if (nowMs - loggedMs < LOG_EVERY_MS) return;
    loggedMs = nowMs;
    const { recordsRead, eventsFinal } = progress;
    const { percent, recordsPerSecond, remaining } = paceOf(progress, nowMs - begunMs);
    logger.info({ percent, recordsRead, eventsFinal, recordsPerSecond, remaining }, 'backfilling');
  };
  return { options: { onProgress }, end: () => undefined };
}

async function bar(stream: WriteStream): Promise<ProgressDisplay> {
  const { SingleBar } = await import('cli-progress');
  const shown = new SingleBar({
    format: '{text}',
    hideCursor: true,
    clearOnComplete: true,
    stream,
  });
  const begunMs = performance.now();
  let isShown = false;
  const onProgress = (progress: RunProgress) => {
    if (!isShown) shown.start(1, 0, { text: '' });
    isShown = true;
    shown.update({ text: progressText(progress, performance.now() - begunMs) });
  };
  return { options: { onProgress }, end: () => shown.stop() };
}

/** `████░░ 45% · 4,521 of about 10,082 records · 350/s · about 16 s left`. */
export function progressText(progress: RunProgress, elapsedMs: number): string {
  const { recordsRead, expectedRecords } = progress;
  const { percent, recordsPerSecond, remaining } = paceOf(progress, elapsedMs);
  const filled = Math.floor(((percent ?? 0) / 100) * BAR_WIDTH);
  const drawn = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${percent}% · `;
  const expected = expectedRecords === undefined ? '' : ` of about ${integer(expectedRecords)}`;
  return [
    `${percent === undefined ? '' : drawn}${integer(recordsRead)}${expected} records`,
    `${integer(recordsPerSecond)}/s`,
    ...(remaining === undefined ? [] : [remaining]),
  ].join(' · ');
}

/** The share of the records that are expected in all, the rate of this run, and the time that the rest takes at this rate. */
function paceOf({ recordsRead, expectedRecords }: RunProgress, elapsedMs: number) {
  const perMs = elapsedMs > 0 ? recordsRead / elapsedMs : 0;
  const recordsPerSecond = Math.round(perMs * 1000);
  if (expectedRecords === undefined) return { recordsPerSecond };
  // Not 100: what ends the run is not the estimate.
  const percent = expectedRecords === 0 ? 0 : Math.min(99, Math.floor((recordsRead / expectedRecords) * 100));
  const isKnown = perMs > 0 && elapsedMs >= LEAST_MS;
  const leftMs = isKnown ? (expectedRecords - recordsRead) / perMs : undefined;
  return {
    recordsPerSecond,
    percent,
    remaining: leftMs === undefined ? 'estimating' : `about ${durationText(leftMs)} left`,
  };
}
