import type { Observation, Observer, Peer } from '../contracts/observation.js';
import type { Runtime } from '../contracts/runtime.js';
import type { ScheduleNews } from '../contracts/scheduler.js';
import type { Pause, PipelineState } from '../contracts/pipeline-state.js';
import type { Instant } from '../contracts/value.js';
import { isBackfilled } from '../engine/run/first-backfill.js';
import { followedUntil } from '../engine/run/followed-until.js';

/** After this many failures in a row a peer counts as unreachable; one or two failures are normal. */
const UNREACHABLE_AFTER = 3;

/**
 * Why a pipeline is unhealthy. A pause has its own causes; `run-failed` and `bug` are explained by the message.
 * `first-backfill-interrupted`: it is not complete, and no run is working on it, in this process or another.
 * `scheduler-unreachable`: what wakes the pipeline does not answer.
 */
export type TroubleCause =
  | Pause['cause']
  | `${Peer}-unreachable`
  | 'run-failed'
  | 'bug'
  | 'first-backfill-interrupted'
  | 'scheduler-unreachable';

/** What is wrong with a pipeline, and since when. */
export interface Trouble {
  readonly cause: TroubleCause;
  /** For people: what happened, and what to do. */
  readonly message: string;
  readonly since: Instant;
}

/** Watches the runs of one pipeline and knows its health and its lag. */
export class PipelineMonitor {
  readonly #settleMs: number;
  readonly #runtime: Pick<Runtime, 'now'>;
  /** Why the last run failed. */
  #trouble: Trouble | undefined;
  /** The peer that does not answer in this run. */
  #unreachable: (Trouble & { readonly peer: Peer }) | undefined;
  #pause: Pause['cause'] | undefined;
  /** Undefined before the first run has fixed the handover. */
  #isBackfilled: boolean | undefined;
  #followedUntil: Instant | undefined;
  /** When the last run ended, or when this process began. */
  #idleSince: Instant;
  /** How far the source's clock was ahead of ours when it was last read. */
  #sourceAheadMs = 0;
  #openDeadLetters: number | undefined;
  #heldRecords: number | undefined;
  #lastSuccess: Instant | undefined;
  #isRunning = false;
  #whereabouts: Exclude<ScheduleNews['kind'], 'failing'> = 'idle';
  /** The scheduler does not answer. */
  #isUnscheduled: Trouble | undefined;
  #isComplete = false;

  constructor(pipeline: { readonly settleMs: number }, runtime: Pick<Runtime, 'now'>) {
    this.#settleMs = pipeline.settleMs;
    this.#runtime = runtime;
    this.#idleSince = runtime.now();
  }

  /** Undefined while the pipeline is healthy, and before anything is known. */
  get trouble(): Trouble | undefined {
    if (this.#unreachable === undefined) return this.#trouble ?? this.#isUnscheduled ?? this.#interruption;
    const { peer: _, ...unreachable } = this.#unreachable;
    return unreachable;
  }

  get #interruption(): Trouble | undefined {
    if (this.#isRunning || this.#whereabouts !== 'idle' || this.#isBackfilled !== false) return undefined;
    const message = 'the first backfill is not complete, and no run is working on it; the next run continues it';
    return { cause: 'first-backfill-interrupted', message, since: this.#idleSince };
  }

  /** Whether the first backfill of every stream is complete. Undefined before the first run has fixed the handover. */
  get isBackfilled(): boolean | undefined {
    return this.#isBackfilled;
  }

  /** Why the pipeline is paused; undefined when it is not. */
  get pause(): Pause['cause'] | undefined {
    return this.#pause;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Whether it is due and waits for a turn. */
  get isDue(): boolean {
    return this.#whereabouts === 'due';
  }

  /** Whether another process runs it. */
  get isElsewhere(): boolean {
    return this.#whereabouts === 'elsewhere';
  }

  /** When the last run that caught up ended. */
  get lastSuccess(): Instant | undefined {
    return this.#lastSuccess;
  }

  /** How many records are held until they are final; undefined until the state was read. */
  get heldRecords(): number | undefined {
    return this.#heldRecords;
  }

  /** Undefined before the first commit that this process has seen. */
  get openDeadLetters(): number | undefined {
    return this.#openDeadLetters;
  }

  /**
   * The lag: the source's clock, less `settle`, less the time up to which the slowest stream has followed the source. It
   * grows between runs and while the source is unreachable. Undefined until the first backfill is complete.
   */
  get lagMs(): number | undefined {
    if (this.#isComplete) return 0;
    if (this.#followedUntil === undefined) return undefined;
    return Math.max(0, this.#runtime.now() + this.#sourceAheadMs - this.#settleMs - this.#followedUntil);
  }

  /** What the scheduler knows of the pipeline. */
  scheduled(news: ScheduleNews): void {
    if (news.kind !== 'failing') {
      this.#isUnscheduled = undefined;
      this.#whereabouts = news.kind;
      return;
    }
    const since = this.#isUnscheduled?.since ?? this.#runtime.now();
    this.#isUnscheduled = { cause: 'scheduler-unreachable', message: news.message, since };
  }

  /** The source has ended and everything in it was exported: there is nothing left to lag behind. */
  completed(): void {
    this.#isComplete = true;
  }

  /**
   * Takes over what other processes have left in the state. `ranElsewhere`: its last run was in another process, so that
   * what this one knew of its own last run is out of date.
   */
  restore(
    state: PipelineState,
    streams: readonly string[],
    { ranElsewhere = false }: { readonly ranElsewhere?: boolean } = {},
  ): void {
    const { pause, lastRun, openDeadLetters, held } = state;
    if (state.binding) this.#isBackfilled = isBackfilled(state, streams);
    this.#followedUntil = followedUntil(state, streams);
    this.#openDeadLetters = openDeadLetters;
    this.#heldRecords = held.length;
    this.#pause = pause?.cause;
    if (lastRun?.outcome === 'done') this.#lastSuccess = lastRun.at;
    if (pause) this.#trouble = pause;
    else if (ranElsewhere) {
      this.#idleSince = lastRun?.at ?? this.#idleSince;
      this.#unreachable = undefined;
      this.#trouble =
        lastRun?.outcome === 'failed'
          ? { cause: 'run-failed', message: lastRun.error ?? 'the run failed in another process', since: lastRun.at }
          : undefined;
    }
  }

  readonly observe: Observer = (observation) => {
    switch (observation.kind) {
      case 'run-started':
        this.#isRunning = true;
        break;
      case 'run-ended':
        this.#ended(observation);
        break;
      case 'source-time':
        this.#sourceAheadMs = observation.now - this.#runtime.now();
        break;
      case 'followed':
        this.#followedUntil = observation.until;
        this.#isBackfilled = observation.until !== undefined;
        this.#openDeadLetters = observation.openDeadLetters;
        this.#heldRecords = observation.heldRecords;
        break;
      case 'committed':
        this.#openDeadLetters = observation.openDeadLetters;
        this.#heldRecords = observation.heldRecords;
        break;
      case 'retry':
        if (observation.attempt < UNREACHABLE_AFTER) break;
        this.#failed(observation.peer, observation.message);
        break;
      case 'answered':
        this.#answered(observation.peer);
        break;
      case 'page-read':
        this.#answered('source');
        break;
      case 'request-ended':
        if (observation.outcome === 'accepted') this.#answered('sink');
        break;
      case 'window-done':
        this.#resumed();
        break;
    }
  };

  #ended({ outcome, cause, message = '' }: Extract<Observation, { kind: 'run-ended' }>): void {
    this.#isRunning = false;
    this.#idleSince = this.#runtime.now();
    if (outcome === 'stopped') return;
    this.#unreachable = undefined;
    // The run that was joined continues, and says how it ends.
    if (outcome === 'left') return;
    // A run that fails leaves the pause in the state.
    if (outcome === 'paused' || outcome === 'done') this.#pause = cause;
    if (outcome === 'bug') this.#inTrouble('bug', message);
    else if (outcome !== 'done') this.#inTrouble(cause ?? 'run-failed', message);
    else {
      this.#trouble = undefined;
      this.#lastSuccess = this.#runtime.now();
    }
  }

  /** A pause ends with the first window that is done, in the state too. */
  #resumed(): void {
    if (this.#pause === undefined) return;
    if (this.#trouble?.cause === this.#pause) this.#trouble = undefined;
    this.#pause = undefined;
  }

  #inTrouble(cause: TroubleCause, message: string): void {
    const since = this.#trouble?.cause === cause ? this.#trouble.since : this.#runtime.now();
    this.#trouble = { cause, message, since };
  }

  #failed(peer: Peer, message: string): void {
    const since = this.#unreachable?.peer === peer ? this.#unreachable.since : this.#runtime.now();
    this.#unreachable = { peer, cause: `${peer}-unreachable`, message, since };
  }

  #answered(peer: Peer): void {
    if (this.#unreachable?.peer === peer) this.#unreachable = undefined;
  }
}
