import type { RepeatCounts } from '../../contracts/counts.js';
import type { LedgerWindow, WindowPurpose } from '../../contracts/ledger.js';
import type { MapResult, StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { RecordPage } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import type { WindowPart } from '../../contracts/window.js';
import type { DeliveryLine } from './delivery-line.js';
import { mapRecord } from './map-record.js';
import { RecordInFlight, type MappedAs } from './record-in-flight.js';
import { textPath, type WritingLine } from './text-path.js';
import type { WindowSettlement } from './window-settlement.js';

/** Makes the events of a record of a page that are to be sent, and adds the record to the settlement. */
export interface RecordPreparer {
  /** The only event of a record, if it can be written as text. Otherwise undefined: the record was not added. */
  write(page: RecordPage, index: number): EncodedEvent | undefined;
  /** By an object for the record and one for each event: whatever there is in them. */
  encode(page: RecordPage, index: number): readonly EncodedEvent[];
}

/** For the records of one window, in the order in which they are read. `output`: where events are written as text. */
export function preparerOf(
  window: Pick<LedgerWindow, 'purpose' | 'inFlightAtStop'>,
  mapper: StreamMapper,
  line: WritingLine & Pick<DeliveryLine, 'clock' | 'held'>,
  settlement: Pick<WindowSettlement, 'addRecord' | 'addEvent' | 'rejectUnsent'>,
): RecordPreparer {
  const { purpose, inFlightAtStop = 0 } = window;
  const { sink } = line;
  const writeRecord = textPath(mapper, line);
  let prepared = 0;

  /** Whether the next record was in flight already when the window was interrupted. Called once for each. */
  const isNextResumed = (): boolean => {
    prepared += 1;
    return prepared <= inFlightAtStop;
  };

  const mappedAs = (
    part: WindowPart,
    isResumed: boolean,
    { outcome, produced, heldUntil }: Pick<MappedAs, 'outcome' | 'produced' | 'heldUntil'>,
  ): MappedAs => {
    const repeat = repeatOf(part, purpose, isResumed);
    return { outcome, heldUntil, repeat, isDigested: part === DIGESTED[purpose], produced };
  };

  const encode: RecordPreparer['encode'] = (page, index) => {
    const result = mapRecord(mapper, page, index);
    const heldUntil = waitOf(result, page, index, mapper.stream, line);
    if (heldUntil !== undefined) {
      const held = mappedAs(page.part, isNextResumed(), { outcome: 'held', produced: 0, heldUntil });
      settlement.addRecord(new RecordInFlight(page, index, held));
      return [];
    }
    const events = result.kind === 'events' ? result.events : [];
    const mapped = { outcome: OUTCOMES[result.kind], produced: events.length };
    const record = new RecordInFlight(page, index, mappedAs(page.part, isNextResumed(), mapped));
    const encoded: EncodedEvent[] = [];
    if (result.kind === 'failed') settlement.rejectUnsent(record, 'mapping-failed', `${result.at}: ${result.reason}`);
    for (const event of events) {
      const encoding = sink.encode(event);
      if (encoding.kind === 'rejected') settlement.rejectUnsent(record, encoding.reason, encoding.detail, event);
      else {
        settlement.addEvent(record, encoding.event);
        encoded.push(encoding.event);
      }
    }
    settlement.addRecord(record);
    return encoded;
  };

  let last: { readonly part: WindowPart; readonly isResumed: boolean; readonly mapped: MappedAs } | undefined;
  const mappedAsWritten = (part: WindowPart): MappedAs => {
    const isResumed = isNextResumed();
    if (last?.part !== part || last.isResumed !== isResumed) {
      last = { part, isResumed, mapped: mappedAs(part, isResumed, { outcome: 'mapped', produced: 1 }) };
    }
    return last.mapped;
  };

  const write: RecordPreparer['write'] = (page, index) => {
    const event = page.text && writeRecord?.(page.text, index);
    if (event === undefined) return undefined;
    const record = new RecordInFlight(page, index, mappedAsWritten(page.part));
    settlement.addEvent(record, event);
    settlement.addRecord(record);
    return event;
  };

  return { write, encode };
}

/** When the wait of a record is over; undefined if it is not held. */
function waitOf(
  result: MapResult,
  page: RecordPage,
  index: number,
  stream: string,
  { clock, held }: Pick<DeliveryLine, 'clock' | 'held'>,
): Instant | undefined {
  if (result.kind !== 'events' || result.heldForMs === undefined) return undefined;
  const until = (page.createdAt[index] ?? 0) + result.heldForMs;
  if (until <= clock.now()) return undefined;
  if (!held.isFull || held.find(stream, page.keys[index] ?? '') !== undefined) return until;
  held.declined += 1;
  return undefined;
}

/** `isResumed`: whether the record was in flight already when the window was interrupted. */
function repeatOf(part: WindowPart, purpose: WindowPurpose, isResumed: boolean): keyof RepeatCounts | undefined {
  if (part === 'changed' || part === 'derived') return part;
  if (part === 'asked') return purpose === 'held' ? undefined : 'replayed';
  if (purpose === 'backfill' || purpose === 'repair') return 'backfilled';
  return isResumed ? 'resumed' : undefined;
}

const OUTCOMES = { events: 'mapped', filtered: 'filtered', failed: 'dead-lettered' } as const satisfies Record<
  MapResult['kind'],
  MappedAs['outcome']
>;

/** Which part of the windows of a purpose counts in the digests. */
const DIGESTED: Readonly<Record<WindowPurpose, WindowPart | undefined>> = {
  'first-backfill': 'event',
  following: 'created',
  repair: 'created',
  backfill: undefined,
  replay: undefined,
  held: undefined,
};
