import type { Instant } from '@sluice/core/adapter';
import type { AssemblyContext, EncodedEvent, MappedEvent, Sink, SinkContext } from '@sluice/core/sink';
import { objectStorageSink } from '@sluice/object-storage-sink';
import { anAdapterContext } from '@sluice/testkit';
import { DESCRIPTIONS } from './some-purchases.js';

export function aSink(options: Readonly<Record<string, unknown>>, context: Partial<SinkContext> = {}): Sink {
  const config = objectStorageSink.config.parse(options);
  return objectStorageSink.create(config, anAdapterContext({ events: DESCRIPTIONS, ...context }));
}

export function encoded(sink: Sink, events: readonly MappedEvent[]): readonly EncodedEvent[] {
  return events.map((event) => {
    const encoding = sink.encode(event);
    if (encoding.kind === 'rejected') throw new Error(encoding.detail);
    return encoding.event;
  });
}

export const NOON: Instant = Date.UTC(2026, 0, 3, 12);

export const WINDOW: AssemblyContext = {
  now: NOON,
  backfill: false,
  pipeline: 'shop',
  stream: 'order',
  window: { axis: 'change', from: NOON - 3_600_000, until: NOON },
};

/** Sends the events as the requests of one batch. */
export async function send(sink: Sink, events: readonly MappedEvent[], context: Partial<AssemblyContext> = {}) {
  const { requests } = sink.assemble(encoded(sink, events), { ...WINDOW, ...context });
  for (const request of requests) await sink.send(request, { attempt: 1 });
}
