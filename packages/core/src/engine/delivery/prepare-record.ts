import type { RepeatCounts } from '../../contracts/counts.js';
import type { LedgerWindow, WindowPurpose } from '../../contracts/ledger.js';
import type { MapResult, StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { RecordPage } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import type { WindowPart } from '../../contracts/window.js';
import type { DeliveryLine } from './delivery-line.js';
import { mapRecord } from './map-record.js';
import { RecordInFlight } from './record-in-flight.js';
import { textPath, type WritingLine } from './text-path.js';
import type { WindowSettlement } from './window-settlement.js';

/** Maps and encodes a record of a page, adds it to the settlement, and returns its events that are to be sent. */
export type PrepareRecord = (page: RecordPage, index: number) => readonly EncodedEvent[];

/** For the records of one window, in the order in which they are read. `output`: where events are written as text. */
export function preparerOf(
  window: LedgerWindow,
  mapper: StreamMapper,
  line: WritingLine & Pick<DeliveryLine, 'clock' | 'held'>,
  settlement: WindowSettlement,
): PrepareRecord {
  const { purpose, inFlightAtStop = 0 } = window;
  const { sink } = line;
  const writeRecord = textPath(mapper, line);
  let prepared = 0;

  const inFlight = (
    page: RecordPage,
    index: number,
    outcome: RecordInFlight['outcome'],
    produced: number,
    heldUntil?: Instant,
  ) => {
    const repeat = repeatOf(page.part, purpose, prepared < inFlightAtStop);
    prepared += 1;
    const isDigested = page.part === DIGESTED[purpose];
    return new RecordInFlight({ page, index, outcome, heldUntil, repeat, isDigested, produced });
  };

  /** By an object for the record and one for each event: whatever there is in them. */
  const encodeEvents: PrepareRecord = (page, index) => {
    const result = mapRecord(mapper, page, index);
    const heldUntil = waitOf(result, page, index, mapper.stream, line);
    if (heldUntil !== undefined) {
      settlement.addRecord(inFlight(page, index, 'held', 0, heldUntil));
      return [];
    }
    const events = result.kind === 'events' ? result.events : [];
    const record = inFlight(page, index, OUTCOMES[result.kind], events.length);
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

  return (page, index) => {
    const event = page.text && writeRecord?.(page.text, index);
    if (event === undefined) return encodeEvents(page, index);
    const record = inFlight(page, index, 'mapped', 1);
    settlement.addEvent(record, event);
    settlement.addRecord(record);
    return [event];
  };
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
  RecordInFlight['outcome']
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
