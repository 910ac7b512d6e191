import type { StreamMapper } from '../../contracts/mapper.js';
import type { Sink } from '../../contracts/sink.js';
import { recordCount, type RecordPage, type Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import { mapRecord } from '../delivery/map-record.js';
import type { NotExpected } from './not-expected.js';
import type { RecordRange } from './record-ranges.js';

/** An event that the destination should have. */
export interface ExpectedEvent {
  /** The engine's id: see `eventId`. */
  readonly id: string;
  /** Of its record. */
  readonly key: string;
  /** Where its record was found. */
  readonly records: RecordRange;
  readonly event: string;
  readonly uuid: string;
  readonly time: Instant;
  /** When the source learned of its record. */
  readonly createdAt: Instant;
}

export interface ExpectedEventsOptions {
  readonly source: Source;
  readonly sink: Pick<Sink, 'encode'>;
  readonly notExpected: NotExpected;
  readonly signal: AbortSignal;
}

/**
 * The events of the records of one stream that happened in a range and were created before a time, as the mapping makes
 * them now. Left out is what the ledger knows not to have been delivered, and what replaces itself under its own uuid.
 */
export async function* expectedEvents(
  mapper: StreamMapper,
  records: RecordRange,
  { source, sink, notExpected, signal, createdBefore }: ExpectedEventsOptions & { readonly createdBefore: Instant },
): AsyncGenerator<ExpectedEvent> {
  const { stream, fields } = mapper;
  const window = { stream, axis: 'event', ...records, createdBefore, revisitMs: 0 } as const;
  for await (const page of source.read({ window, fields }, { signal })) {
    for (let index = 0; index < recordCount(page); index += 1) {
      if (notExpected.record(stream, page.keys[index] ?? '')) continue;
      for (const event of ofRecord(mapper, page, index, sink, notExpected)) yield { ...event, records };
    }
  }
}

function* ofRecord(
  mapper: StreamMapper,
  page: RecordPage,
  index: number,
  sink: Pick<Sink, 'encode'>,
  notExpected: NotExpected,
): Generator<Omit<ExpectedEvent, 'records'>> {
  const result = mapRecord(mapper, page, index);
  if (result.kind !== 'events') return;
  const record = { key: page.keys[index] ?? '', createdAt: page.createdAt[index] ?? 0 };
  for (const event of result.events) {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected' || encoding.event.time === undefined) continue;
    const { id, uuid, time, sentUuid } = encoding.event;
    if (sentUuid !== undefined || notExpected.event(id)) continue;
    yield { ...record, id, event: event.event, uuid, time };
  }
}
