import { StateUnavailableError, TransientError } from '../../contracts/errors.js';
import type { Observer, Peer } from '../../contracts/observation.js';
import type { Sink } from '../../contracts/sink.js';
import type { Source } from '../../contracts/source.js';
import type { EngineContext } from '../pipeline.js';
import { backoffMs } from './backoff.js';
import { gaveUpOn } from './failure-limit.js';

/** Whole sentences, so that a search for a log line finds it. */
const NO_ANSWER: Readonly<Record<Peer, string>> = {
  source: 'the source did not answer; retrying',
  sink: 'the sink did not answer; retrying',
  state: 'the state did not answer; retrying',
};

/** How often a peer is called before its first answer, unless the process stays up. */
const ATTEMPTS_BEFORE_FIRST_ANSWER = 3;

/** The observer is called for every answer and retry. */
export interface RetryContext extends EngineContext {
  readonly observe?: Observer;
}

/** Calls one peer, and makes calls again after transient failures. */
export class Retry {
  readonly #peer: Peer;
  readonly #context: RetryContext;
  #attempts: number;

  /** `attempts`: how often to call before the first answer; after it, there is no limit. */
  constructor(peer: Peer, context: RetryContext, attempts = ATTEMPTS_BEFORE_FIRST_ANSWER) {
    this.#peer = peer;
    this.#attempts = attempts;
    this.#context = context;
  }

  async call<Answer>(call: () => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    const begunMs = this.#context.runtime.monotonicMs();
    for (let failures = 1; ; failures += 1) {
      try {
        const answer = await call();
        this.#attempts = Number.POSITIVE_INFINITY;
        this.#context.observe?.({ kind: 'answered', peer: this.#peer });
        return answer;
      } catch (error) {
        await this.wait(error, failures, { signal, begunMs });
      }
    }
  }

  /**
   * Waits before the next attempt. Rejects with the error if it does not pass, or if this was the last attempt. `begunMs`:
   * when the first attempt began. `about`: what the log line names.
   */
  async wait(
    error: unknown,
    failures: number,
    {
      signal,
      begunMs,
      about = {},
    }: { readonly signal?: AbortSignal | undefined; readonly begunMs: number; readonly about?: object },
  ): Promise<void> {
    signal?.throwIfAborted();
    if (!(error instanceof TransientError || error instanceof StateUnavailableError)) throw error;
    const { runtime, logger, observe } = this.#context;
    const failingMs = runtime.monotonicMs() - begunMs;
    if (failures >= this.#attempts) {
      throw gaveUpOn(this.#peer, { attempts: failures, elapsedMs: failingMs, message: error.message });
    }
    const askedMs = error instanceof TransientError ? error.retryAfterMs : undefined;
    const waitMs = Math.round(backoffMs(failures, runtime, askedMs));
    logger.warn({ ...about, attempt: failures, waitMs, error: error.message }, NO_ANSWER[this.#peer]);
    observe?.({ kind: 'retry', peer: this.#peer, attempt: failures, waitMs, message: error.message, failingMs });
    await runtime.sleep(waitMs, signal);
  }
}

/** Opens a source for a command that only reads it. Gives up after three attempts. */
export async function openSource(source: Source, signal: AbortSignal, context: RetryContext): Promise<void> {
  await new Retry('source', context).call(() => source.open({ signal }), signal);
}

/** Opens a sink. `attempts`: how often to try; default: 3. */
export async function openSink(
  sink: Sink,
  signal: AbortSignal,
  context: RetryContext,
  attempts?: number,
): Promise<void> {
  await new Retry('sink', context, attempts).call(() => sink.open({ signal }), signal);
}
