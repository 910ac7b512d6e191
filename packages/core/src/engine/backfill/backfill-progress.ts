import type { RunProgress } from '../run/run-report.js';

/** The progress of a backfill. Counts are those of this run. */
export interface BackfillProgress {
  readonly stream: string;
  readonly recordsRead: number;
  readonly eventsFinal: number;
  /** How much of the time range is done, over all streams, between 0 and 1. */
  readonly share: number;
}

/** Adds up the progress of windows that run in parallel. */
export class BackfillTally {
  readonly #onProgress: (progress: BackfillProgress) => void;
  readonly #windows = new Map<string, Pick<RunProgress, 'recordsRead' | 'eventsFinal'>>();
  #share = 0;

  constructor(onProgress: (progress: BackfillProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** Called with the progress of one window. */
  update({ stream, window, recordsRead, eventsFinal }: RunProgress): void {
    this.#windows.set(`${stream} ${window.from}`, { recordsRead, eventsFinal });
    this.#report(stream);
  }

  advance(stream: string, share: number): void {
    this.#share = share;
    this.#report(stream);
  }

  #report(stream: string): void {
    let [recordsRead, eventsFinal] = [0, 0];
    for (const window of this.#windows.values()) {
      recordsRead += window.recordsRead;
      eventsFinal += window.eventsFinal;
    }
    this.#onProgress({ stream, recordsRead, eventsFinal, share: this.#share });
  }
}
