import pLimit from 'p-limit';
import { imbalance, NO_COUNTS } from '../../contracts/counts.js';
import { StateError } from '../../contracts/errors.js';
import { eventId } from '../../contracts/event.js';
import type { LedgerWindow, WindowPurpose } from '../../contracts/ledger.js';
import { streamNames } from '../../contracts/mapper.js';
import type { PipelineState, StateChange, StateReader, StateWriter } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';
import { followedUntil } from './followed-until.js';
import type { FinishedPrefix } from '../delivery/ordered-acks.js';
import type { Pipeline, RunContext } from '../pipeline.js';
import type { RunRecorder } from './run-report.js';

type DeadLettersClosed = Extract<StateChange, { readonly type: 'close-dead-letters' }>;

/** The changes that can move the position up to which the source is followed. */
const MOVES: ReadonlySet<StateChange['type']> = new Set(['bind', 'finish', 'backfilled']);

/**
 * Makes every commit of a run. Several windows may commit at the same time; their commits are made one after another, each
 * from the state that the one before it left.
 */
export class LedgerWriter {
  readonly #pipeline: Pipeline;
  readonly #writer: StateWriter;
  readonly #recorder: RunRecorder;
  readonly #context: RunContext;
  #state: PipelineState;
  readonly #inTurn = pLimit(1);
  /** Whether the destination has accepted an event, in this run or in an earlier one. */
  hasAccepted: boolean;

  constructor(
    pipeline: Pipeline,
    writer: StateWriter,
    state: PipelineState,
    recorder: RunRecorder,
    context: RunContext,
  ) {
    this.#pipeline = pipeline;
    this.#writer = writer;
    this.#state = state;
    this.#recorder = recorder;
    this.#context = context;
    this.hasAccepted = state.binding?.sink !== undefined;
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

  /** Plans a window if the state has not changed since the plan was made. `backfill`: the one that it belongs to. */
  async plan(purpose: WindowPurpose, window: Window, at: Instant, backfill?: string): Promise<LedgerWindow> {
    return this.#inTurn(async () => {
      const { nextWindowId: id, revision } = this.#state;
      const ofBackfill = backfill === undefined ? {} : { backfill };
      await this.#commit([{ type: 'plan', id, purpose, window, ...ofBackfill, at }], revision);
      const planned = this.#state.windows.find((each) => each.id === id);
      if (!planned) throw new StateError(`window ${id} was planned, but the ledger does not hold it`);
      return planned;
    });
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
        if (this.#state.pause) changes.push({ type: 'resume' });
        changes.push({ type: 'finish', id: window.id, at });
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
      { type: 'finish', id, at },
      closing,
    ]);
    this.#recorder.committed(replay.stream, prefix.counts);
    this.#recorder.windowDone();
  }

  /** Commits what became of held records that were read again, in one step. `gone`: the keys of those that are no more. */
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
      { type: 'plan', id, purpose, window: reading, at },
      ...this.#advance(id, { ...settled, released }, at),
      { type: 'finish', id, at },
    ]);
    this.#committed(window, { ...settled, released });
  }

  async commit(changes: readonly StateChange[]): Promise<void> {
    return this.#inTurn(() => this.#commit(changes));
  }

  async #commit(changes: readonly StateChange[], expectedRevision?: number): Promise<void> {
    this.#state = await this.#writer.commit(changes, expectedRevision === undefined ? {} : { expectedRevision });
    this.#recorder.held = this.#state.held.length;
    if (changes.some(({ type }) => MOVES.has(type))) this.observeFollowed();
  }

  /** Tells the observer up to when the pipeline has followed its source. */
  observeFollowed(): void {
    if (this.#state.binding === undefined) return;
    const until = followedUntil(this.#state, streamNames(this.#pipeline.mapper));
    const { openDeadLetters, held } = this.#state;
    const position = until === undefined ? {} : { until };
    this.#context.observe({ kind: 'followed', ...position, openDeadLetters, heldRecords: held.length });
  }

  #committed({ id: window, window: { stream } }: LedgerWindow, { counts, deadLetters }: FinishedPrefix): void {
    const { logger, observe } = this.#context;
    this.#recorder.committed(stream, counts);
    const { openDeadLetters, held } = this.#state;
    const known = { openDeadLetters, heldRecords: held.length };
    observe({ kind: 'committed', stream, counts, deadLetters: deadLetters.length, ...known });
    for (const { id, key, reason, event } of deadLetters) {
      const about = { window, stream, deadLetter: id, key, ...(event ? { event: eventId(event) } : {}), reason };
      logger.warn(about, 'a record could not be delivered and became a dead letter');
    }
  }

  #advance(id: number, prefix: FinishedPrefix, at: Instant): StateChange[] {
    const { counts } = prefix;
    const wrong = imbalance(counts);
    if (wrong) throw new Error(`the counts of window ${id} do not balance: ${wrong}`);
    const { held, released, ...finished } = prefix;
    const advance: StateChange = {
      type: 'advance',
      id,
      mapping: this.#pipeline.mapper.hash,
      ...finished,
      ...(held.length > 0 && { held }),
      ...(released.length > 0 && { released }),
      at,
    };
    if (counts.accepted === 0 || this.#state.binding?.sink) return [advance];
    return [{ type: 'bind-sink', sink: this.#pipeline.sink.identity() }, advance];
  }
}
