import { setImmediate } from 'node:timers/promises';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { RecordPage } from '../../contracts/source.js';
import type { Pipeline, RunContext } from '../pipeline.js';
import { Batcher } from './batcher.js';
import { deliverBatch } from './deliver-batch.js';
import type { DeliveryLine } from './delivery-line.js';
import { Dispatcher } from './dispatcher.js';
import type { FinishedPrefix } from './ordered-acks.js';
import { RecordPreparer } from './record-preparer.js';
import { WindowSettlement, type AttemptsOf } from './window-settlement.js';

/**
 * Mapping never waits. Unless it yields to the event loop now and then, the statements of the next page go out one by one
 * after each page, and the database is idle while a page is mapped.
 */
const ROWS_BETWEEN_YIELDS = 200;

/** What the deliveries of all windows of a run share. */
export interface DeliveryParts {
  readonly pipeline: Pipeline;
  readonly line: DeliveryLine;
  readonly context: RunContext;
  readonly signal: AbortSignal;
}

/** Takes the records of one window through its three steps: prepare, deliver and settle. */
export class WindowDelivery {
  readonly #line: DeliveryLine;
  readonly #context: RunContext;
  readonly #isBackfill: boolean;
  readonly #preparer: RecordPreparer;
  readonly #batcher: Batcher;
  readonly #dispatcher: Dispatcher;
  readonly #settlement: WindowSettlement;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;

  /** `attemptsOf`: absent when no record of the window was a dead letter before. */
  constructor(
    { pipeline, line, context, signal }: DeliveryParts,
    mapper: StreamMapper,
    window: LedgerWindow,
    attemptsOf: AttemptsOf = () => 0,
  ) {
    this.#line = line;
    this.#context = context;
    this.#isBackfill = window.purpose !== 'following';
    this.#settlement = new WindowSettlement(line, pipeline, mapper, window, context, attemptsOf);
    this.#preparer = new RecordPreparer(line.sink, mapper, this.#settlement, window);
    this.#batcher = new Batcher(line.limits, line.ceiling);
    this.#dispatcher = new Dispatcher(line.limits.maxInFlight, line.eventsInFlight, (events) => this.#deliver(events));
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
  }

  /** How many events have a final outcome. */
  get eventsFinal(): number {
    return this.#settlement.eventsFinal;
  }

  /** Accepts a page. Waits while the sink has enough to do. Throws what stopped a delivery. */
  async add(page: RecordPage): Promise<void> {
    for (let index = 0; index < page.rows.length; index += 1) {
      if (index % ROWS_BETWEEN_YIELDS === ROWS_BETWEEN_YIELDS - 1) await setImmediate();
      for (const event of this.#preparer.prepare(page, index)) {
        const closed = this.#batcher.add(event);
        if (closed) await this.#dispatcher.dispatch(closed);
      }
    }
    this.#dispatcher.throwIfFailed();
  }

  /** Starts the delivery of what waits for a batch to fill. */
  async flush(): Promise<void> {
    const closed = this.#batcher.flush();
    if (closed) await this.#dispatcher.dispatch(closed);
  }

  /** Flushes and waits until every event has a final outcome. */
  async drain(): Promise<void> {
    await this.flush();
    await this.#dispatcher.idle();
    this.#dispatcher.throwIfFailed();
  }

  /** Sends nothing more and waits for what is in flight. Never throws. */
  async halt(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await this.#dispatcher.idle();
  }

  /** What has a final outcome since the last call, and may be committed. */
  takeFinished(): FinishedPrefix | undefined {
    return this.#settlement.takeFinished();
  }

  async #deliver(events: readonly EncodedEvent[]): Promise<void> {
    const options = {
      backfill: this.#isBackfill,
      settle: this.#settlement.settle.bind(this.#settlement),
      onSend: this.#settlement.markSent.bind(this.#settlement),
      signal: this.#signal,
    };
    try {
      await deliverBatch(events, this.#line, options, this.#context);
    } catch (error) {
      this.#stop.abort(error);
      throw error;
    }
  }
}
