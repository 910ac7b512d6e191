import { HOUR_MS } from '../../contracts/digest.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Sink } from '../../contracts/sink.js';
import { recordCount, type RecordPage, type Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import { mapRecord } from '../delivery/map-record.js';
import type { NotExpected } from './not-expected.js';

/** An event that the destination should have. */
export interface ExpectedEvent {
  /** The engine's id: see `eventId`. */
  readonly id: string;
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
 * The events of the records of one stream that happened in one hour and were created before a time, as the mapping makes
 * them now. Left out is what the ledger knows not to have been delivered.
 */
export async function* expectedEvents(
  mapper: StreamMapper,
  hour: Instant,
  createdBefore: Instant,
  { source, sink, notExpected, signal }: ExpectedEventsOptions,
): AsyncGenerator<ExpectedEvent> {
  const { stream, fields } = mapper;
  const range = { from: hour, until: hour + HOUR_MS, createdBefore, revisitMs: 0 };
  for await (const page of source.read({ window: { stream, axis: 'event', ...range }, fields }, { signal })) {
    for (let index = 0; index < recordCount(page); index += 1) {
      if (!notExpected.record(stream, page.keys[index] ?? '')) yield* ofRecord(mapper, page, index, sink, notExpected);
    }
  }
}

function* ofRecord(
  mapper: StreamMapper,
  page: RecordPage,
  index: number,
  sink: Pick<Sink, 'encode'>,
  notExpected: NotExpected,
): Generator<ExpectedEvent> {
  const result = mapRecord(mapper, page, index);
  if (result.kind !== 'events') return;
  for (const event of result.events) {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected' || encoding.event.time === undefined) continue;
    const { id, uuid, time } = encoding.event;
    if (notExpected.event(id)) continue;
    yield { id, event: event.event, uuid, time, createdAt: page.createdAt[index] ?? 0 };
  }
}
