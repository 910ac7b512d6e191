import { streamNames } from '../../contracts/mapper.js';
import type { Binding } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { followedUntil } from '../run/followed-until.js';
import { runStreams } from '../run/run-pipeline.js';
import type { Run } from '../run/run.js';

/** Follows the source between the windows of other work that holds the lease, whenever a scheduled run is due. */
export class InterleavedFollowing {
  readonly #run: Run;
  readonly #binding: Binding;
  readonly #nextRun: (after: Instant) => Instant;
  #servedUntil: Instant;

  constructor(run: Run, binding: Binding, nextRun: (after: Instant) => Instant) {
    const { ledger, pipeline } = run;
    const followed = followedUntil(ledger.state, streamNames(pipeline.mapper));
    this.#run = run;
    this.#binding = binding;
    this.#nextRun = nextRun;
    this.#servedUntil = (followed ?? binding.handover) + pipeline.settleMs;
  }

  get isDue(): boolean {
    return this.#nextRun(this.#servedUntil) <= this.#run.context.runtime.now();
  }

  /** One pass over every stream. */
  async follow(): Promise<void> {
    this.#servedUntil = this.#run.context.runtime.now();
    await runStreams({ ...this.#run, onProgress: () => undefined }, this.#binding);
  }
}
