import type { Binding } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { followedUntil } from '../run/followed-until.js';
import { runStreams } from '../run/run-pipeline.js';
import type { RunSession } from '../run/run-session.js';

/** Lets following have its turns while other work holds the pipeline: whenever a moment of its schedule has passed. */
export class FollowingTurns {
  readonly #session: RunSession;
  readonly #binding: Binding;
  readonly #nextRun: (after: Instant) => Instant;
  #servedUntil: Instant;

  constructor(session: RunSession, binding: Binding, nextRun: (after: Instant) => Instant) {
    const { ledger, pipeline } = session;
    const streams = pipeline.mapper.streams.map(({ stream }) => stream);
    this.#session = session;
    this.#binding = binding;
    this.#nextRun = nextRun;
    this.#servedUntil = (followedUntil(ledger.state, streams) ?? binding.handover) + pipeline.settleMs;
  }

  get isDue(): boolean {
    return this.#nextRun(this.#servedUntil) <= this.#session.context.runtime.now();
  }

  /** One pass over every stream. */
  async take(): Promise<void> {
    this.#servedUntil = this.#session.context.runtime.now();
    await runStreams({ ...this.#session, onProgress: () => undefined }, this.#binding);
  }
}
