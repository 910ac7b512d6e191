import pLimit from 'p-limit';
import { NO_COUNTS } from '../../contracts/counts.js';
import { StateError, type ConfigError } from '../../contracts/errors.js';
import type { LedgerWindow, WindowPurpose } from '../../contracts/ledger.js';
import { streamNames } from '../../contracts/mapper.js';
import type { Binding, Pause, PipelineState } from '../../contracts/pipeline-state.js';
import type { StateChange } from '../../contracts/state-change.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';
import { PausedElsewhereError } from '../delivery/pause-error.js';
import { advanceChange } from './advance-change.js';
import { assertHandover, differenceError } from './bind-state.js';
import {
  isShared,
  type CommitOptions,
  type SharedStateWriter,
  type StateReader,
  type StateWriter,
} from '../../contracts/state-store.js';
import { endOfPause } from './end-of-pause.js';
import type { FinishedPrefix } from '../delivery/ordered-acks.js';
import type { Pipeline, RunContext } from '../pipeline.js';
import type { RunRecorder } from './run-report.js';
import { tellCommitted, tellFollowed } from './tell-commit.js';

type DeadLettersClosed = Extract<StateChange, { readonly type: 'close-dead-letters' }>;

/** What a run writes to. */
export interface LedgerOfRun {
  readonly writer: StateWriter | SharedStateWriter;
  /** As it is when the run begins. */
  readonly state: PipelineState;
  /** The pause in which the run begins. */
  readonly found?: Pause | undefined;
}

/** The changes that can move the position up to which the source is followed. */
const MOVES: ReadonlySet<StateChange['type']> = new Set(['bind', 'finish', 'backfilled']);

/**
 * Makes every commit of a run. Several windows may commit at the same time; their commits are made one after another, each
 * from the state that the one before it left.
 */
export class LedgerWriter {
  readonly #pipeline: Pipeline;
  readonly #writer: StateWriter | SharedStateWriter;
  /** The writer, where several workers share the pipeline. */
  readonly shared: SharedStateWriter | undefined;
  readonly #found: Pause | undefined;
  /** Whether a sink was bound when the run began. */
  readonly #beganBound: boolean;
  /** Whether the run has planned or claimed a window. */
  #works = false;
  readonly #paused = new AbortController();
  readonly #recorder: RunRecorder;
  readonly #context: RunContext;
  #state: PipelineState;
  readonly #inTurn = pLimit(1);
  /** Whether the destination has accepted an event, in this run or in an earlier one. */
  hasAccepted: boolean;

  constructor(pipeline: Pipeline, { writer, state, found }: LedgerOfRun, recorder: RunRecorder, context: RunContext) {
    this.#pipeline = pipeline;
    this.#writer = writer;
    this.shared = isShared(writer) ? writer : undefined;
    this.#found = found;
    this.#state = state;
    this.#recorder = recorder;
    this.#context = context;
    this.#beganBound = state.binding?.sink !== undefined;
    this.hasAccepted = this.#beganBound;
    recorder.held = state.held.length;
  }

  get state(): PipelineState {
    return this.#state;
  }

  /** Reads what a run needs besides the state. */
  get reader(): StateReader {
    return this.#writer;
  }

  get leaseExpiresAt(): Instant {
    return this.#writer.leaseExpiresAt;
  }

  /** Aborts with the reason when another worker has paused the pipeline. */
  get pausedElsewhere(): AbortSignal {
    return this.#paused.signal;
  }

  /** The number of this worker; undefined when it has the whole pipeline. */
  get worker(): number | undefined {
    return this.shared?.worker;
  }

  /** Whether a worker is among the living, as far as is known. */
  readonly isAlive = (worker: number): boolean => this.shared?.isAlive(worker) ?? false;

  /** Reads what other workers have done. */
  async refresh(): Promise<void> {
    return this.#inTurn(async () => {
      const { revision } = this.#state;
      if (this.shared) this.#keep(await this.shared.refresh());
      if (this.#state.revision !== revision) this.observeFollowed();
    });
  }

  /** Binds the state. Of several workers, throws `StateMovedError` when another one has changed it since. */
  async bind(binding: Binding): Promise<void> {
    return this.#inTurn(() =>
      this.#commit([{ type: 'bind', binding }], { expectedRevision: this.shared && this.#state.revision }),
    );
  }

  /** Takes an open window. Throws `StateMovedError` when another worker was faster. */
  async claim({ id }: LedgerWindow): Promise<LedgerWindow> {
    return this.#inTurn(async () => {
      this.#beginWork();
      if (this.worker !== undefined) await this.#commit([{ type: 'claim', id, worker: this.worker }]);
      return this.#window(id);
    });
  }

  /**
   * Plans a window if the state has not changed since the plan was made. `backfill`: the one that it belongs to. `slices`:
   * windows that are planned in the same step for whichever worker comes first.
   */
  async plan(
    purpose: WindowPurpose,
    window: Window,
    at: Instant,
    { backfill, slices = [] }: { readonly backfill?: string; readonly slices?: readonly Window[] } = {},
  ): Promise<LedgerWindow> {
    return this.#inTurn(async () => {
      this.#beginWork();
      const { nextWindowId: id } = this.#state;
      const ofBackfill = backfill === undefined ? {} : { backfill };
      const claim = this.shared && { claim: this.shared.worker };
      // Of several workers, the rules refuse a plan that another one has overtaken; other changes do not matter.
      const expectedRevision = claim === undefined ? this.#state.revision : undefined;
      const plan: StateChange = { type: 'plan', id, purpose, window, ...ofBackfill, ...claim, at };
      const left = slices.map((slice, index): StateChange => {
        return { type: 'plan', id: id + index + 1, purpose, window: slice, at };
      });
      const handover = this.shared && window.createdBefore;
      await this.#commit([plan, ...left], { expectedRevision, assert: (state) => this.#assertOwn(state, handover) });
      return this.#window(id);
    });
  }

  /** Commits that the first backfill of a stream is complete, as planned for this handover. */
  async backfilled(stream: string, { handover }: Binding): Promise<void> {
    const assert = (state: PipelineState): void => this.#assertOwn(state, handover);
    return this.#inTurn(() => this.#commit([{ type: 'backfilled', stream }], { assert }));
  }

  /** Throws when the pipeline is paused elsewhere, or bound to what is not that of this worker, as far as is known. */
  #beginWork(): void {
    this.#works = true;
    this.#keep(this.#state);
    this.#paused.signal.throwIfAborted();
  }

  /** Throws when another worker has bound the state to what is not that of this one, or not for a planned handover. */
  #assertOwn(state: PipelineState, handover?: Instant): void {
    const foreign = this.#differenceFrom(state);
    if (foreign) throw foreign;
    if (handover !== undefined) assertHandover(state, handover);
  }

  #differenceFrom({ binding }: PipelineState): ConfigError | undefined {
    return binding && differenceError(this.#pipeline, binding);
  }

  #window(id: number): LedgerWindow {
    const planned = this.#state.windows.find((each) => each.id === id);
    if (!planned) throw new StateError(`window ${id} was planned, but the ledger does not hold it`);
    return planned;
  }

  /** Commits a finished prefix and, with `isEnd`, the end of its window, in one step. */
  async advance(
    window: LedgerWindow,
    prefix: FinishedPrefix | undefined,
    { at, isEnd = false }: { readonly at: Instant; readonly isEnd?: boolean },
  ): Promise<void> {
    return this.#inTurn(async () => {
      const changes: StateChange[] = prefix ? this.#advance(window.id, prefix, at) : [];
      if (isEnd) {
        changes.push(...endOfPause(this.#state, this.#writer, this.#found));
        changes.push(this.#finish(window.id, at));
      }
      if (changes.length === 0) return;
      await this.#commit(changes);
      if (prefix) this.#committed(window, prefix);
      if (isEnd) this.#recorder.windowDone();
    });
  }

  /** Commits the outcome of replayed dead letters and closes them, in one step. */
  async replayed(window: LedgerWindow, prefix: FinishedPrefix, closing: DeadLettersClosed): Promise<void> {
    const { id, purpose, window: replay, plannedAt } = window;
    const { at } = closing.attribution;
    await this.commit([
      { type: 'plan', id, purpose, window: replay, at: plannedAt },
      ...this.#advance(id, prefix, at),
      this.#finish(id, at),
      closing,
    ]);
    this.#recorder.committed(replay.stream, prefix.counts);
    this.#recorder.windowDone();
  }

  /**
   * Commits what became of held records that were read again, in one step. `gone`: the keys of those that are no more. The
   * window was planned before when several workers share the pipeline.
   */
  async settledHeld(window: LedgerWindow, prefix: FinishedPrefix | undefined, gone: readonly string[]): Promise<void> {
    const { id, purpose, window: reading } = window;
    const at = this.#context.runtime.now();
    const released = [...(prefix?.released ?? []), ...gone];
    const settled = {
      cursor: '',
      inFlightAtStop: 0,
      counts: NO_COUNTS,
      deadLetters: [],
      digests: [],
      held: [],
      ...prefix,
    };
    await this.commit([
      ...(this.shared ? [] : [{ type: 'plan', id, purpose, window: reading, at } as const]),
      ...this.#advance(id, { ...settled, released }, at),
      this.#finish(id, at),
    ]);
    this.#committed(window, { ...settled, released });
  }

  /** Ends an open window of held records that nobody has settled: they are still held. */
  async dropHeld({ id }: LedgerWindow): Promise<void> {
    await this.commit([this.#finish(id, this.#context.runtime.now())]);
  }

  async commit(changes: readonly StateChange[]): Promise<void> {
    return this.#inTurn(() => this.#commit(changes));
  }

  async #commit(
    changes: readonly StateChange[],
    options: CommitOptions = { assert: (state) => this.#assertOwn(state) },
  ): Promise<void> {
    this.#keep(await this.#writer.commit(changes, options));
    if (changes.some(({ type }) => MOVES.has(type))) this.observeFollowed();
  }

  #keep(state: PipelineState): void {
    this.#state = state;
    this.#recorder.held = state.held.length;
    const { pause, binding } = state;
    if (!this.shared) return;
    if (binding?.sink) this.hasAccepted = true;
    // Before it works on a window, it may still bind the state itself.
    const foreign = this.#works ? this.#differenceFrom(state) : undefined;
    if (foreign) this.#paused.abort(foreign);
    if (pause && pause.since !== this.#found?.since) this.#paused.abort(new PausedElsewhereError(pause));
  }

  /** Of several workers, each that began before a sink was bound names its own: the state takes only one. */
  get #bindsSink(): boolean {
    return this.#state.binding?.sink === undefined || (this.shared !== undefined && !this.#beganBound);
  }

  #finish(id: number, at: Instant): StateChange {
    return { type: 'finish', id, ...this.#byWorker, at };
  }

  get #byWorker(): { readonly worker?: number } {
    return this.shared === undefined ? {} : { worker: this.shared.worker };
  }

  /** Tells the observer up to when the pipeline has followed its source. */
  observeFollowed(): void {
    tellFollowed(this.#state, streamNames(this.#pipeline.mapper), this.#context);
  }

  #committed(window: LedgerWindow, prefix: FinishedPrefix): void {
    this.#recorder.committed(window.window.stream, prefix.counts);
    tellCommitted(window, prefix, this.#state, this.#context);
  }

  #advance(id: number, prefix: FinishedPrefix, at: Instant): StateChange[] {
    const { mapper, sink } = this.#pipeline;
    const advance = advanceChange(prefix, { id, mapping: mapper.hash, ...this.#byWorker, at });
    if (prefix.counts.accepted === 0 || !this.#bindsSink) return [advance];
    return [{ type: 'bind-sink', sink: sink.identity() }, advance];
  }
}
