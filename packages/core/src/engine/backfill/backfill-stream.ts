import pLimit from 'p-limit';
import type { Backfill, LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import { executeWindow } from '../run/execute-window.js';
import { latestEnd } from '../run/window-ends.js';
import { planEventWindow } from '../run/plan-event-window.js';
import type { Run } from '../run/run.js';
import { sideBySide } from '../run/side-by-side.js';
import { lengthInRange, type WindowLength } from '../run/window-length.js';

export interface BackfillStreamOptions {
  readonly parallel: number;
  /** Whether to stop claiming windows for now. */
  readonly isInterrupted: () => boolean;
}

/** The windows in the ledger of one stream of a backfill. */
export function windowsOfBackfill({ windows }: PipelineState, id: string, stream: string): readonly LedgerWindow[] {
  return windows.filter(({ backfill, window }) => backfill === id && window.stream === stream);
}

/** Executes the windows of one stream of a backfill: first open ones, then new ones. */
export class BackfillStream {
  readonly #mapper: StreamMapper;
  readonly #backfill: Backfill;
  readonly #claimed = new Set<number>();
  /** One at a time: two would plan the same window. */
  readonly #inTurn = pLimit(1);
  readonly #length: WindowLength;
  #isExhausted = false;

  constructor(mapper: StreamMapper, backfill: Backfill, maxWindowMs: number) {
    this.#mapper = mapper;
    this.#backfill = backfill;
    this.#length = lengthInRange(backfill, maxWindowMs);
  }

  /**
   * Executes windows until none is left, and resolves to true; or until it is interrupted, and resolves to false. It
   * always executes one round of windows, so that it ends even if it is always interrupted.
   */
  async run(run: Run, { parallel, isInterrupted }: BackfillStreamOptions): Promise<boolean> {
    let round = parallel;
    await executeInParallel(
      run,
      parallel,
      async (shared) => {
        if (round === 0 && isInterrupted()) return undefined;
        round = Math.max(0, round - 1);
        return this.#inTurn(() => this.#claim(shared));
      },
      async (shared, window) => {
        this.#length.held(window.window, await executeWindow(shared, this.#mapper, window));
      },
    );
    return this.#isExhausted;
  }

  #windows({ ledger }: Run): readonly LedgerWindow[] {
    return windowsOfBackfill(ledger.state, this.#backfill.id, this.#mapper.stream);
  }

  async #claim(run: Run): Promise<LedgerWindow | undefined> {
    const { ledger, context, pipeline, signal } = run;
    const left = this.#windows(run).find(({ id, status }) => status === 'open' && !this.#claimed.has(id));
    if (left) {
      this.#claimed.add(left.id);
      return left;
    }
    if (this.#isExhausted) return undefined;
    const plannedUntil = latestEnd(this.#windows(run));
    const options = { source: pipeline.source, windowMs: this.#length.ms, signal };
    const window = await planEventWindow(this.#mapper.stream, this.#backfill, plannedUntil, options);
    if (window === undefined) {
      this.#isExhausted = true;
      return undefined;
    }
    const planned = await ledger.plan('backfill', window, context.runtime.now(), { backfill: this.#backfill.id });
    this.#claimed.add(planned.id);
    return planned;
  }
}

/**
 * Executes the windows that `claim` returns, up to `parallel` at a time, until it returns none. They share the run's gate,
 * guard and ledger, and divide its requests in flight.
 */
async function executeInParallel(
  run: Run,
  parallel: number,
  claim: (run: Run) => Promise<LedgerWindow | undefined>,
  execute: (run: Run, window: LedgerWindow) => Promise<void>,
): Promise<void> {
  const { limits } = run.line;
  const maxInFlight = Math.max(1, Math.ceil(limits.maxInFlight / parallel));
  const divided: Run = { ...run, line: { ...run.line, limits: { ...limits, maxInFlight } } };
  const work = async (shared: Run) => {
    for (;;) {
      shared.signal.throwIfAborted();
      const window = await claim(shared);
      if (window === undefined) return;
      await execute(shared, window);
    }
  };
  await sideBySide(
    divided,
    Array.from({ length: parallel }, () => work),
  );
}
