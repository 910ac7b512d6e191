import { setImmediate } from 'node:timers/promises';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import { recordCount, type RecordPage } from '../../contracts/source.js';
import { Batcher } from './batcher.js';
import { deliverBatch } from './deliver-batch.js';
import type { DeliveryParts } from './delivery-line.js';
import { Dispatcher } from './dispatcher.js';
import type { FinishedPrefix } from './ordered-acks.js';
import { preparerOf, type RecordPreparer } from './prepare-record.js';
import { WindowSettlement, type AttemptsOf } from './window-settlement.js';

/**
 * Mapping never waits. Unless it yields to the event loop now and then, the statements of the next page go out one by one
 * after each page, and the database is idle while a page is mapped.
 */
const ROWS_BETWEEN_YIELDS = 200;

/** Takes the records of one window through its three steps: prepare, deliver and settle. */
export class WindowDelivery {
  readonly #parts: DeliveryParts;
  readonly #window: LedgerWindow;
  readonly #settlement: WindowSettlement;
  readonly #preparer: RecordPreparer;
  readonly #batcher: Batcher;
  readonly #dispatcher: Dispatcher;
  readonly #stop = new AbortController();

  /** `attemptsOf`: absent when no record of the window was a dead letter before. */
  constructor(parts: DeliveryParts, mapper: StreamMapper, window: LedgerWindow, attemptsOf: AttemptsOf = () => 0) {
    const { limits, ceiling, eventsInFlight } = parts.line;
    this.#parts = { ...parts, signal: AbortSignal.any([parts.signal, this.#stop.signal]) };
    this.#window = window;
    this.#settlement = new WindowSettlement(parts, mapper, window, attemptsOf);
    this.#preparer = preparerOf(window, mapper, parts.line, this.#settlement);
    this.#batcher = new Batcher(limits, ceiling);
    this.#dispatcher = new Dispatcher(limits.maxInFlight, eventsInFlight, (events) => this.#deliver(events));
  }

  /** Aborted with what stopped the delivery. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** How many events have a final outcome. */
  get eventsFinal(): number {
    return this.#settlement.eventsFinal;
  }

  /** Accepts a page. Waits while the sink has enough to do. Throws what stopped a delivery. */
  async add(page: RecordPage): Promise<void> {
    const records = recordCount(page);
    for (let index = 0; index < records; index += 1) {
      if (index % ROWS_BETWEEN_YIELDS === ROWS_BETWEEN_YIELDS - 1) await setImmediate();
      const written = this.#preparer.write(page, index);
      const closed = written && this.#batcher.add(written);
      if (closed) await this.#dispatcher.dispatch(closed);
      if (written) continue;
      for (const event of this.#preparer.encode(page, index)) {
        const full = this.#batcher.add(event);
        if (full) await this.#dispatcher.dispatch(full);
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
    this.#settlement.assertSettled();
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
    const settlement = this.#settlement;
    const { window, purpose } = this.#window;
    try {
      await deliverBatch(events, this.#parts, {
        stream: window.stream,
        window: purpose === 'replay' || purpose === 'held' ? undefined : window,
        backfill: purpose !== 'following' && purpose !== 'held',
        settle: (event, outcome) => settlement.settle(event, outcome),
        onSend: (sent) => settlement.markSent(sent),
      });
    } catch (error) {
      this.#stop.abort(error);
      throw error;
    }
  }
}
