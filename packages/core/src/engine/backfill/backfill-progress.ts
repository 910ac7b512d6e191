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
export function backfillTally(onProgress: (progress: BackfillProgress) => void) {
  const windows = new Map<string, Pick<RunProgress, 'recordsRead' | 'eventsFinal'>>();
  let share = 0;
  const report = (stream: string) => {
    let [recordsRead, eventsFinal] = [0, 0];
    for (const window of windows.values()) {
      recordsRead += window.recordsRead;
      eventsFinal += window.eventsFinal;
    }
    onProgress({ stream, recordsRead, eventsFinal, share });
  };
  return {
    /** Called with the progress of one window. */
    update({ stream, window, recordsRead, eventsFinal }: RunProgress): void {
      windows.set(`${stream} ${window.from}`, { recordsRead, eventsFinal });
      report(stream);
    },
    advance(stream: string, done: number): void {
      share = done;
      report(stream);
    },
  };
}
