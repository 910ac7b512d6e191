import type { RepeatCounts } from '../../contracts/counts.js';
import type { LedgerWindow, WindowPurpose } from '../../contracts/ledger.js';
import type { MapResult, StreamMapper } from '../../contracts/mapper.js';
import type { EncodedEvent, Sink } from '../../contracts/sink.js';
import type { RecordPage } from '../../contracts/source.js';
import type { WindowPart } from '../../contracts/window.js';
import type { RecordInFlight } from './ordered-acks.js';
import type { WindowSettlement } from './window-settlement.js';

/** Maps and encodes the records of a window. */
export class RecordPreparer {
  readonly #sink: Sink;
  readonly #mapper: StreamMapper;
  readonly #settlement: WindowSettlement;
  readonly #purpose: WindowPurpose;
  /** How many of the next records were in flight already when the window was interrupted. */
  #resumed: number;

  constructor(sink: Sink, mapper: StreamMapper, settlement: WindowSettlement, window: LedgerWindow) {
    this.#sink = sink;
    this.#mapper = mapper;
    this.#settlement = settlement;
    this.#purpose = window.purpose;
    this.#resumed = window.inFlightAtStop ?? 0;
  }

  /** Adds a record of the page to the settlement, and returns its events that are to be sent. */
  prepare({ rows, keys, createdAt, cursors, part }: RecordPage, index: number): readonly EncodedEvent[] {
    const row = rows[index] ?? [];
    const result = this.#mapper.map(row);
    const record: RecordInFlight = {
      key: keys[index] ?? '',
      createdAt: createdAt[index] ?? 0,
      cursor: cursors[index] ?? '',
      row,
      outcome: OUTCOMES[result.kind],
      repeat: this.#repeatOf(part),
      isDigested: part === DIGESTED[this.#purpose],
      produced: result.kind === 'events' ? result.events.length : 0,
      accepted: 0,
      deadLetters: [],
      pending: 0,
      isSent: false,
    };
    const encoded = this.#encode(record, result);
    this.#settlement.addRecord(record);
    return encoded;
  }

  #encode(record: RecordInFlight, result: MapResult): readonly EncodedEvent[] {
    const encoded: EncodedEvent[] = [];
    if (result.kind === 'failed') {
      this.#settlement.reject(record, 'mapping-failed', `${result.at}: ${result.reason}`);
    } else if (result.kind === 'events') {
      for (const event of result.events) {
        const encoding = this.#sink.encode(event);
        if (encoding.kind === 'rejected') this.#settlement.reject(record, encoding.reason, encoding.detail, event);
        else {
          this.#settlement.addEvent(record, encoding.event);
          encoded.push(encoding.event);
        }
      }
    }
    return encoded;
  }

  #repeatOf(part: WindowPart): keyof RepeatCounts | undefined {
    const isResumed = this.#resumed > 0;
    if (isResumed) this.#resumed -= 1;
    if (part === 'changed' || part === 'derived') return part;
    if (part === 'asked') return 'replayed';
    if (this.#purpose === 'backfill' || this.#purpose === 'repair') return 'backfilled';
    return isResumed ? 'resumed' : undefined;
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
