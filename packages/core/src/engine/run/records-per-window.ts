import { batchLimits } from '../delivery/delivery-line.js';
import { estimateRest, firstBackfillProgress } from './first-backfill.js';
import type { Run } from './run.js';

/** A second of work or two. Where records are held, what a dead worker has left waits so long for one that is busy. */
const MOST = 25_000;
/** The last request of a window is seldom full. */
const REQUESTS_AT_LEAST = 5;
/** How many windows are left for each worker, so that all of them end at about the same time. */
const WINDOWS_EACH = 4;

/**
 * How many records a worker's windows in the first backfill of a stream should hold: the fewer, the less is left for the
 * workers that are there, so that none waits for a long window of another.
 */
export class RecordsPerWindow {
  readonly #run: Run;
  readonly #stream: string;
  /** About how many records the history has; undefined when the source makes no estimates. Asked for once. */
  #total: Promise<number | undefined> | undefined;

  constructor(run: Run, stream: string) {
    this.#run = run;
    this.#stream = stream;
  }

  async next(): Promise<number> {
    const { ledger, pipeline } = this.#run;
    const least = REQUESTS_AT_LEAST * batchLimits(pipeline).maxEvents;
    const total = await (this.#total ??= this.#estimate());
    if (total === undefined) return Math.max(least, MOST);
    const rest = total - firstBackfillProgress(ledger.state, this.#stream).records;
    return Math.max(least, Math.min(MOST, Math.ceil(rest / (WINDOWS_EACH * this.#working()))));
  }

  async #estimate(): Promise<number | undefined> {
    const { pipeline, ledger, signal } = this.#run;
    const rest = await estimateRest(pipeline.source, ledger.state, this.#stream, signal);
    return rest === undefined ? undefined : rest + firstBackfillProgress(ledger.state, this.#stream).records;
  }

  /** How many workers have a window, and this one. */
  #working(): number {
    const { state, worker, isAlive } = this.#run.ledger;
    const working = new Set([worker]);
    for (const { status, claim } of state.windows) {
      if (status === 'open' && claim !== undefined && isAlive(claim)) working.add(claim);
    }
    return working.size;
  }
}
