import type { Rejection } from '../../contracts/receipt.js';
import type { EncodedEvent, RequestDescription } from '../../contracts/sink.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import { Batcher } from '../delivery/batcher.js';
import { openSource } from '../retry/retry.js';
import type { Instant } from '../../contracts/value.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { mapRecord } from '../delivery/map-record.js';
import { batchLimits } from '../delivery/delivery-line.js';

export interface PreviewOptions {
  /** Default: all streams of the mapping. */
  readonly stream?: string;
  /** How many records of each stream. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface Preview {
  /** In sending order. */
  readonly requests: readonly RequestDescription[];
  /** Why records or events would not be sent. */
  readonly notSent: readonly { readonly stream: string; readonly key: string; readonly reason: string }[];
}

/** Shows the exact requests for real records. Does not open the sink or touch the state. */
export async function previewPipeline(
  pipeline: Omit<Pipeline, 'state'>,
  context: EngineContext,
  { stream: only, limit, signal }: PreviewOptions,
): Promise<Preview> {
  const { source, sink, mapper } = pipeline;
  const requests: RequestDescription[] = [];
  const notSent: Preview['notSent'][number][] = [];
  try {
    await openSource(source, signal, context);
    const now = await source.now({ signal });
    for (const stream of mapper.streams.filter((each) => only === undefined || each.stream === only)) {
      const events: EncodedEvent[] = [];
      const keyOf = new Map<EncodedEvent, string>();
      const skip = (key: string, { reason, detail }: Omit<Rejection, 'kind'>) =>
        notSent.push({ stream: stream.stream, key, reason: `${reason}: ${detail}` });
      for await (const { key, result } of firstRecords(pipeline, now, stream, limit, signal)) {
        if (result.kind === 'filtered') skip(key, { reason: 'filtered', detail: result.rule });
        else if (result.kind === 'failed')
          skip(key, { reason: 'mapping-failed', detail: `${result.at} ${result.reason}` });
        else {
          for (const event of result.events) {
            const encoding = sink.encode(event);
            if (encoding.kind === 'rejected') skip(key, encoding);
            else {
              keyOf.set(encoding.event, key);
              events.push(encoding.event);
            }
          }
        }
      }
      for (const batch of batches(pipeline, events)) {
        const assembly = sink.assemble(batch, { now, backfill: true });
        for (const { event, rejection } of assembly.rejected) skip(keyOf.get(event) ?? '', rejection);
        requests.push(...assembly.requests.map((request) => sink.describe(request)));
      }
    }
  } finally {
    await source.close();
    await sink.close();
  }
  return { requests, notSent };
}

/** The stream's first records since the pipeline's start, by event time. */
async function* firstRecords(
  { source, start }: Omit<Pipeline, 'state'>,
  now: Instant,
  mapper: StreamMapper,
  limit: number,
  signal: AbortSignal,
) {
  const { stream, fields } = mapper;
  const from = await source.next(stream, 'event', start.kind === 'date' ? start.at : Number.NEGATIVE_INFINITY, {
    signal,
  });
  if (from === undefined) return;
  const until = Math.max(now, from + 1);
  let left = limit;
  const window = { stream, axis: 'event', from, until, revisitMs: 0 } as const;
  for await (const page of source.read({ window, fields }, { signal })) {
    for (const [index, key] of page.keys.entries()) {
      if (left === 0) return;
      left -= 1;
      yield { key, result: mapRecord(mapper, page, index) };
    }
  }
}

function batches(pipeline: Omit<Pipeline, 'state'>, events: readonly EncodedEvent[]) {
  const batcher = new Batcher(batchLimits(pipeline));
  const closed = events.map((event) => batcher.add(event)).filter((batch) => batch !== undefined);
  const last = batcher.flush();
  return last ? [...closed, last] : closed;
}
