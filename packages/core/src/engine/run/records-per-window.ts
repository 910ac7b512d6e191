import type { Window } from '../../contracts/window.js';
import { batchLimits } from '../delivery/delivery-line.js';
import { estimateRest, firstBackfillProgress } from './first-backfill.js';
import type { Run } from './run.js';
import type { WindowLength } from './window-length.js';

/** A second of work or two. Where records are held, what a dead worker has left waits so long for one that is busy. */
const MOST = 25_000;
/** The last request of a window is seldom full. */
const REQUESTS_AT_LEAST = 10;
/** How many windows are left for each worker, so that all of them end at about the same time. */
const WINDOWS_EACH = 4;
/** The source estimates what a longer window holds if it would be more than this many times as long. */
const LONGER = 2;

/** What is known when a worker begins. */
interface Begin {
  /** About how many records the history has; undefined when the source makes no estimates. */
  readonly total: number | undefined;
  /** How many workers are there. Those that come later are known by their windows. */
  readonly workers: number;
}

/**
 * How many records a worker's windows in the first backfill of a stream should hold: the fewer, the less is left for the
 * workers that are there, so that none waits for a long window of another.
 */
export class RecordsPerWindow {
  readonly #run: Run;
  readonly #stream: string;
  #begin: Promise<Begin> | undefined;
  #hasTried = false;

  constructor(run: Run, stream: string) {
    this.#run = run;
    this.#stream = stream;
  }

  async next(): Promise<number> {
    const { ledger, pipeline } = this.#run;
    const least = REQUESTS_AT_LEAST * batchLimits(pipeline).maxEvents;
    const { total, workers } = await (this.#begin ??= this.#look());
    if (total === undefined) return Math.max(least, MOST);
    const rest = total - firstBackfillProgress(ledger.state, this.#stream).records;
    const each = rest / (WINDOWS_EACH * Math.max(workers, this.#working()));
    return Math.max(least, Math.min(MOST, Math.ceil(each)));
  }

  /**
   * Makes the first window of a worker as long as is likely to hold that many records, by the source's estimates: in a thin
   * history, it would else take several short windows to learn it.
   */
  async lengthen(window: Window, length: WindowLength): Promise<Window> {
    const { pipeline, signal } = this.#run;
    const { source } = pipeline;
    if (this.#hasTried || source.estimate === undefined) return window;
    this.#hasTried = true;
    const wanted = await this.next();
    const from = window.until - length.ms;
    let triedMs = 0;
    while (length.ms > LONGER * triedMs) {
      triedMs = length.ms;
      const tried = { ...window, from, until: from + triedMs };
      length.held(tried, await source.estimate(tried, { signal }), wanted);
    }
    return { ...window, until: from + length.ms };
  }

  async #look(): Promise<Begin> {
    const { pipeline, ledger, signal } = this.#run;
    const rest = await estimateRest(pipeline.source, ledger.state, this.#stream, signal);
    const total = rest === undefined ? undefined : rest + firstBackfillProgress(ledger.state, this.#stream).records;
    const holder = await ledger.reader.holder();
    return { total, workers: 1 + (holder?.others ?? 0) };
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
