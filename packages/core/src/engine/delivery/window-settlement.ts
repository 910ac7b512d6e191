import type { DeadLetter } from '../../contracts/dead-letter.js';
import { eventId, type MappedEvent } from '../../contracts/event.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { Row } from '../../contracts/value.js';
import type { DeliveryParts } from './delivery-line.js';
import { namedFields } from './named-fields.js';
import { OrderedAcks, type FinishedPrefix } from './ordered-acks.js';
import { RecordInFlight } from './record-in-flight.js';
import { RejectedUnsent } from './rejected-unsent.js';
import type { FinalOutcome } from './sender.js';
import { WrittenEvent } from './written-event.js';

/** How often a record has become a dead letter before. */
export type AttemptsOf = (key: string) => number;

/** Collects the outcomes of a window's events and returns what can be committed. */
export class WindowSettlement {
  readonly #parts: DeliveryParts;
  readonly #mapper: StreamMapper;
  readonly #window: LedgerWindow;
  readonly #attemptsOf: AttemptsOf;
  readonly #acks: OrderedAcks;
  readonly #rejectedUnsent: RejectedUnsent;
  /** How many dead letters the window has so far. */
  #deadLetters = 0;
  /** How many events have a final outcome. */
  eventsFinal = 0;

  constructor(parts: DeliveryParts, mapper: StreamMapper, window: LedgerWindow, attemptsOf: AttemptsOf) {
    this.#parts = parts;
    this.#mapper = mapper;
    this.#window = window;
    this.#attemptsOf = attemptsOf;
    this.#rejectedUnsent = new RejectedUnsent(parts.line.guard);
    this.#acks = new OrderedAcks({ stream: mapper.stream, records: parts.line.held }, (record) => {
      this.#rejectedUnsent.passed(record);
    });
    for (const { counts } of window.segments) {
      this.#deadLetters += counts.deadLetteredRecords + counts.deadLetteredEvents;
    }
  }

  /**
   * Called once per record, in the order of reading, after its events were added or rejected. Throws `PauseError` when the
   * share of dead letters is too large.
   */
  addRecord(record: RecordInFlight): void {
    this.#acks.push(record);
  }

  /** Called for each event of a record that will be sent. */
  addEvent(record: RecordInFlight, event: EncodedEvent): void {
    record.pending += 1;
    event.ticket = record;
    this.#rejectedUnsent.eventAdded(record);
  }

  /** Adds a dead letter to a record that was not added yet. */
  rejectUnsent(record: RecordInFlight, reason: string, detail: string, event?: MappedEvent): void {
    this.#rejectedUnsent.add(record, reason);
    this.#addDeadLetter(record, reason, detail, event);
  }

  #addDeadLetter(record: RecordInFlight, reason: string, detail: string, event: MappedEvent | undefined): void {
    const { pipeline, context } = this.#parts;
    const key = record.page.keys[record.index] ?? '';
    const letter = {
      stream: this.#mapper.stream,
      key,
      reason,
      detail,
      ...deadLetterContent(this.#mapper, rowOf(record), event, pipeline.leftOutOfDeadLetters),
      mapping: pipeline.mapper.hash,
      attempts: this.#attemptsOf(key) + 1,
      at: context.runtime.now(),
    };
    record.deadLetters = [...record.deadLetters, letter];
  }

  markSent(events: readonly EncodedEvent[]): void {
    for (const event of events) {
      const record = recordOf(event);
      if (record) record.isSent = true;
    }
  }

  /** Throws `PauseError` when the share of dead letters is too large. */
  settle(event: EncodedEvent, outcome: FinalOutcome): void {
    const record = recordOf(event);
    if (!record) throw new Error(`the sink answered for the event ${event.id}, which is not in flight`);
    this.#rejectedUnsent.answered(record);
    if (outcome.kind === 'accepted') {
      record.accepted += 1;
      this.#parts.line.ledger.hasAccepted = true;
      this.#parts.line.guard.recordSuccess();
    } else {
      // Mapping again costs less than keeping every event until its outcome is known.
      const again = this.#mapper.map(rowOf(record));
      const mapped = again.kind === 'events' ? again.events.find((each) => eventId(each) === event.id) : undefined;
      this.#parts.line.guard.recordFailure(outcome.reason);
      this.#addDeadLetter(record, outcome.reason, outcome.detail, mapped);
    }
    event.ticket = undefined;
    if (event instanceof WrittenEvent) event.release();
    record.pending -= 1;
    this.eventsFinal += 1;
  }

  /** Throws unless every event has a final outcome. */
  assertSettled(): void {
    const { unfinished } = this.#acks;
    if (unfinished > 0) throw new Error(`${unfinished} records were left without an outcome`);
  }

  /**
   * Dead letters are numbered only here, so that those that are never committed use up no number. Throws `PauseError` when
   * the share of dead letters is too large.
   */
  takeFinished(): FinishedPrefix | undefined {
    const prefix = this.#acks.takeFinished();
    if (prefix === undefined) return undefined;
    if (prefix.deadLetters.length > 0) this.#parts.line.guard.assertPlausible();
    const deadLetters = prefix.deadLetters.map((letter) => {
      this.#deadLetters += 1;
      return { id: `${this.#window.id}-${this.#deadLetters}`, ...letter };
    });
    return { ...prefix, deadLetters };
  }
}

/** The record of an event without a final outcome. */
function recordOf({ ticket }: EncodedEvent): RecordInFlight | undefined {
  return ticket instanceof RecordInFlight ? ticket : undefined;
}

function rowOf({ page, index }: RecordInFlight): Row {
  return page.rows[index] ?? [];
}

/**
 * What a dead letter keeps of a record and of the event that was rejected. `leftOut`: by stream, the fields to leave out;
 * with it, events are left out as well.
 */
function deadLetterContent(
  { stream, fields }: StreamMapper,
  row: Row,
  event: MappedEvent | undefined,
  leftOut: ReadonlyMap<string, ReadonlySet<string>> | undefined,
): Pick<DeadLetter, 'record' | 'event'> {
  return {
    ...(fields.length === 0 ? {} : { record: namedFields(fields, row, leftOut?.get(stream)) }),
    ...(event && !leftOut ? { event } : {}),
  };
}
