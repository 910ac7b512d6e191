import type { RepeatCounts } from '../../contracts/counts.js';
import type { LedgerWindow, WindowPurpose } from '../../contracts/ledger.js';
import type { MapResult, StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent, Sink } from '../../contracts/sink.js';
import type { RecordPage } from '../../contracts/source.js';
import type { WindowPart } from '../../contracts/window.js';
import { mapRecord } from './map-record.js';
import type { RecordInFlight } from './ordered-acks.js';
import type { WindowSettlement } from './window-settlement.js';

/** Maps and encodes a record of a page, adds it to the settlement, and returns its events that are to be sent. */
export type PrepareRecord = (page: RecordPage, index: number) => readonly EncodedEvent[];

/** For the records of one window, in the order in which they are read. */
export function preparerOf(
  window: LedgerWindow,
  mapper: StreamMapper,
  sink: Sink,
  settlement: WindowSettlement,
): PrepareRecord {
  const { purpose, inFlightAtStop = 0 } = window;
  let prepared = 0;
  return (page, index) => {
    const { rows, keys, createdAt, cursors, part } = page;
    const row = rows[index] ?? [];
    const result = mapRecord(mapper, page, index);
    const record: RecordInFlight = {
      key: keys[index] ?? '',
      createdAt: createdAt[index] ?? 0,
      cursor: cursors[index] ?? '',
      row,
      outcome: OUTCOMES[result.kind],
      repeat: repeatOf(part, purpose, prepared < inFlightAtStop),
      isDigested: part === DIGESTED[purpose],
      produced: result.kind === 'events' ? result.events.length : 0,
      accepted: 0,
      deadLetters: [],
      rejectedUnsent: [],
      pending: 0,
      isSent: false,
    };
    prepared += 1;
    const encoded: EncodedEvent[] = [];
    if (result.kind === 'failed') settlement.rejectUnsent(record, 'mapping-failed', `${result.at}: ${result.reason}`);
    for (const event of result.kind === 'events' ? result.events : []) {
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
}

/** `isResumed`: whether the record was in flight already when the window was interrupted. */
function repeatOf(part: WindowPart, purpose: WindowPurpose, isResumed: boolean): keyof RepeatCounts | undefined {
  if (part === 'changed' || part === 'derived') return part;
  if (part === 'asked') return 'replayed';
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
};
