import type { Counts } from './counts.js';
import type { WindowPurpose } from './ledger.js';
import type { LastRun, Pause } from './pipeline-state.js';
import type { Instant } from './value.js';

/** What a run talks to. */
export type Peer = 'source' | 'sink' | 'state';

/**
 * The outcome of one attempt to send a request.
 *
 * - `accepted`: every event was accepted.
 * - `partial`: the sink answered for each event and did not accept all of them.
 * - `transient`, `unexpected`: the request is retried after a wait.
 * - `too-large`, `invalid`: the request is split or bisected.
 * - `refused`: the pipeline pauses.
 * - `failed`: anything else.
 */
export type RequestOutcome =
  'accepted' | 'partial' | 'transient' | 'unexpected' | 'too-large' | 'invalid' | 'refused' | 'failed';

/** One thing that happened in a run. Durations are wall time in milliseconds. */
export type Observation =
  | { readonly kind: 'run-started'; readonly runId: string }
  | {
      readonly kind: 'run-ended';
      /**
       * `bug`: an unexpected error, which is thrown as well. `left`: it only helped the run of another process, and nothing
       * was left for one more worker.
       */
      readonly outcome: LastRun['outcome'] | 'bug' | 'left';
      readonly durationMs: number;
      readonly cause?: Pause['cause'];
      /** Why the run failed or paused, for people. */
      readonly message?: string;
    }
  /** The source's clock was read. */
  | { readonly kind: 'source-time'; readonly now: Instant }
  /**
   * Up to when every stream is followed, in the source's time: see `followedUntil`; absent while the first backfill is not
   * complete. At the start of a run, and on change.
   */
  | {
      readonly kind: 'followed';
      readonly until?: Instant;
      readonly openDeadLetters: number;
      readonly heldRecords: number;
    }
  /** A page arrived; `durationMs` is the time since it was requested. */
  | { readonly kind: 'page-read'; readonly stream: string; readonly records: number; readonly durationMs: number }
  /** One attempt to send. `bytes` are those of the encoded events, before compression. */
  | {
      readonly kind: 'request-ended';
      readonly outcome: RequestOutcome;
      readonly events: number;
      readonly bytes: number;
      readonly durationMs: number;
    }
  /** A call failed transiently; it is retried after `waitMs`. `attempt` counts the failures in a row. */
  | {
      readonly kind: 'retry';
      readonly peer: Peer;
      readonly attempt: number;
      readonly waitMs: number;
      readonly message: string;
      /** Since the first attempt of this call began; absent for a request. */
      readonly failingMs?: number;
    }
  /** A call succeeded. */
  | { readonly kind: 'answered'; readonly peer: Peer }
  /** A commit, and what it added to the ledger. `deadLetters` are those of this commit. */
  | {
      readonly kind: 'committed';
      readonly stream: string;
      readonly counts: Counts;
      readonly deadLetters: number;
      readonly openDeadLetters: number;
      readonly heldRecords: number;
    }
  /** A window is done. `durationMs`: the time this run spent on it. */
  | {
      readonly kind: 'window-done';
      readonly stream: string;
      readonly purpose: WindowPurpose;
      readonly durationMs: number;
    };

/**
 * Watches a run: metrics, health, a dashboard.
 *
 * **Who calls it.** The engine, synchronously, once per run, window, page, request, retry and commit; never once per
 * record or event. It must return at once and must not throw; an error ends the run as a bug.
 */
export type Observer = (observation: Observation) => void;
