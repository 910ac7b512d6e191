import { setImmediate } from 'node:timers/promises';
import type { RepeatCounts } from '../../contracts/counts.js';
import { eventId, type MappedEvent } from '../../contracts/event.js';
import type { LedgerWindow, WindowPurpose } from '../../contracts/ledger.js';
import type { MapResult, StreamMapper } from '../../contracts/mapper.js';
import type { RecordPage } from '../../contracts/source.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { JsonObject, Row } from '../../contracts/value.js';
import type { WindowPart } from '../../contracts/window.js';
import { BatchDelivery, type FinalOutcome } from './batch-delivery.js';
import { Batcher } from './batcher.js';
import { Dispatcher } from './dispatcher.js';
import { OrderedAcks, type FinishedPrefix, type RecordInFlight, type UnnumberedDeadLetter } from './ordered-acks.js';
import type { RunSession } from '../run/run-session.js';

/**
 * Mapping never waits. Without a turn for others in between, the statements of the next page would go out one by one after
 * each page, and the database would rest while a page is mapped.
 */
const ROWS_BETWEEN_TURNS = 200;

/** Takes the records of one window through mapping, encoding, batching and sending, and keeps their order. */
export class WindowDelivery {
  readonly #session: RunSession;
  readonly #mapper: StreamMapper;
  readonly #window: LedgerWindow;
  readonly #batcher: Batcher;
  readonly #dispatcher: Dispatcher;
  readonly #acks = new OrderedAcks();
  readonly #recordOf = new Map<EncodedEvent, RecordInFlight>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  /** How many dead letters of the window the ledger has, or was given. */
  #deadLetters: number;
  /** How many of the next records were on their way already when the window was interrupted. */
  #resumed: number;

  readonly #attemptsOf: (key: string) => number;

  /** `attemptsOf`: how often a record has ended as a dead letter before; 0 when absent. */
  constructor(
    session: RunSession,
    mapper: StreamMapper,
    window: LedgerWindow,
    attemptsOf: (key: string) => number = () => 0,
  ) {
    this.#session = session;
    this.#mapper = mapper;
    this.#window = window;
    this.#attemptsOf = attemptsOf;
    this.#resumed = window.inFlightAtStop ?? 0;
    this.#deadLetters = window.segments.reduce(
      (sum, { counts }) => sum + counts.deadLetteredRecords + counts.deadLetteredEvents,
      0,
    );
    this.#signal = AbortSignal.any([session.signal, this.#stop.signal]);
    const { limits, ceiling, eventsInFlight } = session;
    this.#batcher = new Batcher(limits, ceiling);
    this.#dispatcher = new Dispatcher(limits.maxInFlight, eventsInFlight, (events) => this.#deliver(events));
  }

  /** How many events have a final outcome. */
  eventsFinal = 0;

  /** Takes a page in. Waits while the sink has enough to do. Throws what stopped a delivery. */
  async add(page: RecordPage): Promise<void> {
    for (let index = 0; index < page.rows.length; index += 1) {
      if (index % ROWS_BETWEEN_TURNS === ROWS_BETWEEN_TURNS - 1) await setImmediate();
      for (const event of this.#map(page, index)) {
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

  /** Sends nothing more and waits for what is on its way. Never throws. */
  async halt(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await this.#dispatcher.idle();
  }

  /** Dead letters are numbered here and not before: what is never committed must not use up a number. */
  takeFinished(): FinishedPrefix | undefined {
    const prefix = this.#acks.takeFinished();
    if (prefix === undefined) return undefined;
    const deadLetters = prefix.deadLetters.map((letter) => {
      this.#deadLetters += 1;
      return { id: `${this.#window.id}-${this.#deadLetters}`, ...letter };
    });
    return { ...prefix, deadLetters };
  }

  /** Maps and encodes a record, and enters it in the queue of acknowledgements. Returns what is to be sent. */
  #map({ rows, keys, createdAt, cursors, part }: RecordPage, index: number): readonly EncodedEvent[] {
    const row = rows[index] ?? [];
    const result = this.#mapper.map(row);
    const record: RecordInFlight = {
      key: keys[index] ?? '',
      createdAt: createdAt[index] ?? 0,
      cursor: cursors[index] ?? '',
      row,
      outcome: OUTCOMES[result.kind],
      repeat: this.#repeatOf(part),
      isDigested: part === DIGESTED[this.#window.purpose],
      produced: result.kind === 'events' ? result.events.length : 0,
      accepted: 0,
      deadLetters: [],
      pending: 0,
      isSent: false,
    };
    const encoded: EncodedEvent[] = [];
    if (result.kind === 'events') for (const event of result.events) this.#encode(record, event, encoded);
    else if (result.kind === 'failed') {
      record.deadLetters.push(this.#deadLetter(record, 'mapping-failed', `${result.at}: ${result.reason}`));
      this.#session.guard.recordFailure('mapping-failed');
    }
    this.#acks.push(record);
    return encoded;
  }

  #repeatOf(part: WindowPart): keyof RepeatCounts | undefined {
    const isResumed = this.#resumed > 0;
    if (isResumed) this.#resumed -= 1;
    if (part === 'changed' || part === 'derived') return part;
    if (part === 'asked') return 'replayed';
    const { purpose } = this.#window;
    if (purpose === 'backfill' || purpose === 'repair') return 'backfilled';
    return isResumed ? 'resumed' : undefined;
  }

  #encode(record: RecordInFlight, event: MappedEvent, encoded: EncodedEvent[]): void {
    const encoding = this.#session.pipeline.sink.encode(event);
    if (encoding.kind === 'rejected') {
      this.#deadEvent(record, event, encoding.reason, encoding.detail);
      return;
    }
    record.pending += 1;
    this.#recordOf.set(encoding.event, record);
    encoded.push(encoding.event);
  }

  async #deliver(events: readonly EncodedEvent[]): Promise<void> {
    const session = this.#session;
    const delivery = new BatchDelivery(
      {
        sink: session.pipeline.sink,
        gate: session.gate,
        backfill: this.#window.purpose !== 'following',
        leaseExpiresAt: () => session.ledger.leaseExpiresAt,
        hasAccepted: () => session.ledger.hasAccepted,
        onFinal: (event, outcome) => this.#final(event, outcome),
        onCeiling: (bytes) => session.ceiling.lower(bytes),
        onSend: (request, bytes) => {
          for (const event of request.events) {
            const record = this.#recordOf.get(event);
            if (record) record.isSent = true;
          }
          session.recorder.sent(bytes);
        },
        signal: this.#signal,
      },
      session.context,
    );
    try {
      await delivery.deliver(events);
    } catch (error) {
      this.#stop.abort(error);
      throw error;
    }
  }

  #final(event: EncodedEvent, outcome: FinalOutcome): void {
    const record = this.#recordOf.get(event);
    if (!record) throw new Error(`the sink answered for the event ${event.id}, which is not on its way`);
    if (outcome.kind === 'accepted') {
      record.accepted += 1;
      this.#session.ledger.hasAccepted = true;
      this.#session.guard.recordSuccess();
    } else {
      // The mapper is pure: mapping again costs less than keeping every event until its outcome is known.
      const again = this.#mapper.map(record.row);
      const mapped = again.kind === 'events' ? again.events.find((each) => eventId(each) === event.id) : undefined;
      this.#deadEvent(record, mapped, outcome.reason, outcome.detail);
    }
    this.#recordOf.delete(event);
    record.pending -= 1;
    this.eventsFinal += 1;
  }

  #deadEvent(record: RecordInFlight, event: MappedEvent | undefined, reason: string, detail: string): void {
    this.#session.guard.recordFailure(reason);
    record.deadLetters.push(this.#deadLetter(record, reason, detail, event));
  }

  #deadLetter(record: RecordInFlight, reason: string, detail: string, event?: MappedEvent): UnnumberedDeadLetter {
    const { pipeline, context } = this.#session;
    const leftOut = pipeline.leftOutOfDeadLetters;
    const { stream, fields } = this.#mapper;
    return {
      stream,
      key: record.key,
      reason,
      detail,
      ...(fields.length === 0 ? {} : { record: namedFields(fields, record.row, leftOut?.get(stream)) }),
      ...(event && !leftOut ? { event } : {}),
      mapping: pipeline.mapper.hash,
      attempts: this.#attemptsOf(record.key) + 1,
      at: context.runtime.now(),
    };
  }
}

const OUTCOMES = { events: 'mapped', filtered: 'filtered', failed: 'dead-lettered' } as const satisfies Record<
  MapResult['kind'],
  RecordInFlight['outcome']
>;

/** Which part of the windows of a purpose counts in the digests. */
const DIGESTED: Readonly<Record<WindowPurpose, WindowPart | undefined>> = {
  'first-backfill': 'event',
  following: 'created',
  repair: 'created',
  backfill: undefined,
  replay: undefined,
};

/** The values that the mapping used, as it names them: `metadata.plan` for a part of a `json` field. */
function namedFields(fields: readonly FieldRequest[], row: Row, leftOut?: ReadonlySet<string>): JsonObject {
  const named = fields.map(({ field, path = [] }, index) => [[field, ...path].join('.'), row[index] ?? null] as const);
  return Object.fromEntries(named.filter((_, index) => leftOut?.has(fields[index]?.field ?? '') !== true));
}
