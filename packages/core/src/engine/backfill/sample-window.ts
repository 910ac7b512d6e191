import type { StreamMapper } from '../../contracts/mapper.js';
import { recordCount } from '../../contracts/source.js';
import type { Window } from '../../contracts/window.js';
import { mapRecord } from '../delivery/map-record.js';
import type { EngineContext, Pipeline } from '../pipeline.js';

/** What the first records of a window become. */
export interface WindowSample {
  readonly events: number;
  readonly eventsPerRecord: number;
  /** Before compression. */
  readonly bytesPerEvent: number;
  /** Of reading, mapping and encoding the records. */
  readonly durationMs: number;
}

const SAMPLED_RECORDS = 1000;

/** Reads, maps and encodes some records of a window; nothing is sent. */
export async function sampleWindow(
  { source, sink }: Omit<Pipeline, 'state'>,
  mapper: StreamMapper,
  window: Window,
  { signal }: { readonly signal: AbortSignal },
  { runtime }: EngineContext,
): Promise<WindowSample> {
  const begunMs = runtime.monotonicMs();
  let [records, events, bytes] = [0, 0, 0];
  for await (const page of source.read({ window, fields: mapper.fields }, { signal })) {
    records += recordCount(page);
    for (const index of page.rows.keys()) {
      const result = mapRecord(mapper, page, index);
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
    durationMs: runtime.monotonicMs() - begunMs,
  };
}
