import type { StreamMapper } from '../../contracts/mapper.js';
import type { Window } from '../../contracts/window.js';
import { readPages } from '../run/page-reader.js';
import type { Pipeline, RunContext } from '../pipeline.js';

/** What the first records of a window come to. */
export interface WindowSample {
  readonly events: number;
  readonly eventsPerRecord: number;
  /** As encoded, before compression. */
  readonly bytesPerEvent: number;
  /** Of reading, mapping and encoding them. */
  readonly durationMs: number;
}

const SAMPLED_RECORDS = 1000;

/** Reads, maps and encodes some records of a window; nothing is sent. */
export async function sampleWindow(
  { source, sink }: Omit<Pipeline, 'state'>,
  mapper: StreamMapper,
  window: Window,
  { signal }: { readonly signal: AbortSignal },
  context: RunContext,
): Promise<WindowSample> {
  const begunMs = context.runtime.monotonicMs();
  let [records, events, bytes] = [0, 0, 0];
  for await (const { rows } of readPages(
    { source, window, after: undefined, fields: mapper.fields, signal },
    context,
  )) {
    records += rows.length;
    for (const row of rows) {
      const result = mapper.map(row);
      if (result.kind !== 'events') continue;
      for (const event of result.events) {
        const encoding = sink.encode(event);
        if (encoding.kind === 'rejected') continue;
        events += 1;
        bytes += encoding.event.bytes;
      }
    }
    if (records >= SAMPLED_RECORDS) break;
  }
  return {
    events,
    eventsPerRecord: records === 0 ? 1 : events / records,
    bytesPerEvent: events === 0 ? 0 : bytes / events,
    durationMs: context.runtime.monotonicMs() - begunMs,
  };
}
