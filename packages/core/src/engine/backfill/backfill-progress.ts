import type { RunProgress } from '../run/run-report.js';

/** Where a backfill is. Counts are those of this run. */
export interface BackfillProgress {
  readonly stream: string;
  readonly recordsRead: number;
  readonly eventsFinal: number;
  /** How much of the range's time is done, over all its streams, between 0 and 1. */
  readonly share: number;
}

/** Adds up what windows that run at the same time tell. */
export class BackfillTally {
  readonly #onProgress: (progress: BackfillProgress) => void;
  readonly #windows = new Map<string, Pick<RunProgress, 'recordsRead' | 'eventsFinal'>>();
  #share = 0;

  constructor(onProgress: (progress: BackfillProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** Of a window that is under way. */
  update({ stream, window, recordsRead, eventsFinal }: RunProgress): void {
    this.#windows.set(`${stream} ${window.from}`, { recordsRead, eventsFinal });
    this.#tell(stream);
  }

  advance(stream: string, share: number): void {
    this.#share = share;
    this.#tell(stream);
  }

  #tell(stream: string): void {
    let [recordsRead, eventsFinal] = [0, 0];
    for (const window of this.#windows.values()) {
      recordsRead += window.recordsRead;
      eventsFinal += window.eventsFinal;
    }
    this.#onProgress({ stream, recordsRead, eventsFinal, share: this.#share });
  }
}
