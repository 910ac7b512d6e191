import type { Turn, TurnGiver } from '@sluice/core/scheduler';
import type { SharedPipeline } from './shared-pipeline.js';

/** What a process does for its pipelines, each in a turn, until it is done. */
export class WorkInTurns {
  readonly #work = new Set<Promise<void>>();
  readonly #onError: (pipeline: SharedPipeline, error: unknown) => void;

  constructor(onError: (pipeline: SharedPipeline, error: unknown) => void) {
    this.#onError = onError;
  }

  /** Takes a turn, unless `claim` of the pipeline aborts before, and gives it back after the work. */
  begin(
    pipeline: SharedPipeline,
    turns: TurnGiver | undefined,
    doing: (turn: Turn | undefined, claim: AbortSignal) => Promise<void>,
  ): void {
    const claim = new AbortController();
    pipeline.claim = claim;
    const work = inTurn(pipeline, turns, claim.signal, doing)
      .catch((error: unknown) => this.#onError(pipeline, error))
      .finally(() => {
        pipeline.claim = undefined;
        pipeline.working = undefined;
      });
    pipeline.working = work;
    this.keep(work);
  }

  /** Makes `ended` wait for work that never rejects. */
  keep(work: Promise<void>): void {
    this.#work.add(work);
    void work.then(() => this.#work.delete(work));
  }

  async ended(): Promise<void> {
    await Promise.all(this.#work);
  }
}

async function inTurn(
  { name }: SharedPipeline,
  turns: TurnGiver | undefined,
  claim: AbortSignal,
  doing: (turn: Turn | undefined, claim: AbortSignal) => Promise<void>,
): Promise<void> {
  const turn = await turns?.take(name, claim);
  if (turns !== undefined && turn === undefined) return;
  try {
    await doing(turn, claim);
  } finally {
    turn?.end();
  }
}
