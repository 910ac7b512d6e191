import { ConfigError } from '../../contracts/errors.js';
import type { MappedEvent } from '../../contracts/event.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { AssemblyContext, EncodedEvent, RequestDescription } from '../../contracts/sink.js';
import type { StateReader } from '../../contracts/state-store.js';
import type { Instant, JsonObject } from '../../contracts/value.js';
import { Batcher } from '../delivery/batcher.js';
import { batchLimits } from '../delivery/delivery-line.js';
import { mapRecord } from '../delivery/map-record.js';
import { namedFields } from '../delivery/named-fields.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { openSource } from '../retry/retry.js';
import { recordFates, type KnownRecord, type RecordFate } from './record-fate.js';
import { recordsOfKey, type KeysByStream, type MoreRecords } from './records-of-key.js';
import { sampledIn, sampleRecords, type SampledRecord } from './sample-records.js';

/** How many records of a stream are looked at for events. */
const MOST_RECORDS = 2_000;

interface PreviewOptions {
  /** Default: all streams of the mapping. */
  readonly stream?: string | undefined;
  /**
   * How many events of each stream. Filters may leave fewer, as at most 2,000 records of a stream are looked at. With a
   * key: how many of the records of each stream that belong to it.
   */
  readonly limit: number;
  /** Only the record with this key and those that belong to it, and what has become of them. */
  readonly key?: string | undefined;
  /** The stream of the key, then those that may have its record too. Default: whichever has it. */
  readonly keyStreams?: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** A record, and what the mapping makes of it. */
export interface PreviewedRecord {
  readonly stream: string;
  readonly key: string;
  readonly createdAt: Instant;
  /** The values that the mapping reads, as it names them. */
  readonly record: JsonObject;
  /** The names of its events that are sent. */
  readonly events: readonly string[];
  /** The same events as the sink sends them; empty when it is not sent. */
  readonly requests: readonly RequestDescription[];
  /** Why it, or one of its events, would not be sent. */
  readonly notSent: readonly string[];
  /** What has become of it; present when it was asked for by its key. */
  readonly fate?: RecordFate;
}

/** What a run would send for real records, and what it would leave out. */
export interface Preview {
  /** In sending order, each stream's newest events first. */
  readonly requests: readonly RequestDescription[];
  /** Why records or events would not be sent. */
  readonly notSent: readonly { readonly stream: string; readonly key: string; readonly reason: string }[];
  /** Every record that was looked at and makes an event, or was asked for. */
  readonly records: readonly PreviewedRecord[];
  /** How many more records belong to the key, by stream. */
  readonly more: readonly MoreRecords[];
}

type PreviewPipeline = Omit<Pipeline, 'state'> & { readonly state: StateReader };

/** Shows the exact requests for real records. Does not open the sink, and reads the state only for a key. */
export async function previewPipeline(
  pipeline: PreviewPipeline,
  context: EngineContext,
  { stream: only, limit, key, keyStreams, signal }: PreviewOptions,
): Promise<Preview> {
  const { source, sink, mapper } = pipeline;
  const requests: RequestDescription[] = [];
  const notSent: Preview['notSent'][number][] = [];
  const records: PreviewedRecord[] = [];
  const known: KnownRecord[] = [];
  let fates: readonly RecordFate[] = [];
  let asked: KeysByStream | undefined;
  const streams = mapper.streams.filter((each) => only === undefined || each.stream === only);
  try {
    await openSource(source, signal, context);
    const now = await source.now({ signal });
    if (key !== undefined) {
      const among = streams.map(({ stream }) => stream);
      asked = await recordsOfKey(source, { key, streams: keyStreams, among, limit }, { signal });
    }
    for (const stream of streams) {
      const events: EncodedEvent[] = [];
      for await (const sampled of chosenRecords(pipeline, stream, asked?.keys, signal)) {
        const made = encoded(pipeline, stream, sampled, now);
        const assembled = assemble(pipeline, stream.stream, now, made.events);
        const reasons = [...made.notSent, ...assembled.notSent];
        notSent.push(...reasons.map((reason) => ({ stream: stream.stream, key: sampled.key, reason })));
        events.push(...made.events);
        if (key === undefined && assembled.requests.length === 0) continue;
        records.push({
          stream: stream.stream,
          key: sampled.key,
          createdAt: sampled.createdAt,
          record: namedFields(stream.fields, sampled.row),
          events: assembled.names,
          requests: assembled.requests,
          notSent: reasons,
        });
        const { eventTime } = made;
        known.push({ stream: stream.stream, key: sampled.key, createdAt: sampled.createdAt, eventTime });
        if (key === undefined && events.length >= limit) break;
      }
      requests.push(
        ...assemble(pipeline, stream.stream, now, key === undefined ? events.slice(0, limit) : events).requests,
      );
    }
    if (key !== undefined) fates = await recordFates(pipeline.state, known, { now, settleMs: pipeline.settleMs });
  } finally {
    await source.close();
    await sink.close();
  }
  if (key !== undefined && records.length === 0) {
    const names = streams.map(({ stream }) => stream).join(', ');
    throw new ConfigError([], `no stream that the mapping reads has a record with the key ${key} (looked in ${names})`);
  }
  const told = records.map((record, index) => ({ ...record, ...(fates[index] && { fate: fates[index] }) }));
  return { requests, notSent, records: ownFirst(told, key), more: asked?.more ?? [] };
}

/** The record that was asked for, then those that belong to it. */
function ownFirst(records: readonly PreviewedRecord[], key: string | undefined): readonly PreviewedRecord[] {
  const isOwn = (record: PreviewedRecord): boolean => record.key === key;
  return [...records.filter(isOwn), ...records.filter((record) => !isOwn(record))];
}

/** The newest records since the pipeline's start, or those with the keys, in the order of the keys. */
async function* chosenRecords(
  { source, start }: PreviewPipeline,
  { stream, fields }: StreamMapper,
  asked: KeysByStream['keys'] | undefined,
  signal: AbortSignal,
): AsyncGenerator<SampledRecord> {
  if (asked === undefined) {
    const from = start.kind === 'date' ? { start: start.at } : {};
    yield* sampleRecords(source, { stream, fields, limit: MOST_RECORDS, signal, ...from });
    return;
  }
  if (source.get === undefined) throw new ConfigError([], 'this source cannot look up a record by its key');
  const keys = asked.get(stream) ?? [];
  if (keys.length === 0) return;
  const found = new Map<string, SampledRecord>();
  for await (const page of source.get({ stream, keys, fields }, { signal })) {
    for (const sampled of sampledIn(page)) found.set(sampled.key, sampled);
  }
  yield* keys.flatMap((key) => found.get(key) ?? []);
}

interface EncodedRecord {
  readonly events: readonly EncodedEvent[];
  readonly notSent: readonly string[];
  /** Of its first event. */
  readonly eventTime?: Instant | undefined;
}

function encoded({ sink }: PreviewPipeline, stream: StreamMapper, sampled: SampledRecord, now: Instant): EncodedRecord {
  const { row, problem, createdAt } = sampled;
  const problems = problem === undefined ? {} : { problems: new Map([[0, problem]]) };
  const result = mapRecord(stream, { rows: [row], ...problems }, 0);
  if (result.kind === 'filtered') {
    const place = result.at === undefined ? '' : ` (${result.at})`;
    return { events: [], notSent: [`filtered: ${result.rule}${place}`] };
  }
  if (result.kind === 'failed') return { events: [], notSent: [`mapping-failed: ${result.at}: ${result.reason}`] };
  const until = createdAt + (result.heldForMs ?? 0);
  if (result.heldForMs !== undefined && until > now) {
    return { events: [], notSent: [`held until it is final, or until ${new Date(until).toISOString().slice(0, 19)}Z`] };
  }
  const encodings = result.events.map((event) => sink.encode(event));
  return {
    events: encodings.flatMap((each) => (each.kind === 'encoded' ? [each.event] : [])),
    notSent: encodings.flatMap((each) => (each.kind === 'rejected' ? [`${each.reason}: ${each.detail}`] : [])),
    eventTime: timeOf(result.events[0]),
  };
}

function timeOf(event: MappedEvent | undefined): Instant | undefined {
  const timestamp = event?.['timestamp'];
  const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function assemble(
  pipeline: PreviewPipeline,
  stream: string,
  now: Instant,
  events: readonly EncodedEvent[],
): {
  readonly names: readonly string[];
  readonly requests: readonly RequestDescription[];
  readonly notSent: readonly string[];
} {
  const { sink, name } = pipeline;
  const context: AssemblyContext = { now, backfill: true, pipeline: name, stream };
  const batcher = new Batcher(batchLimits(pipeline));
  const closed = events.map((event) => batcher.add(event)).filter((batch) => batch !== undefined);
  const last = batcher.flush();
  const assemblies = [...closed, ...(last ? [last] : [])].map((batch) => sink.assemble(batch, context));
  const sent = assemblies.flatMap((each) => each.requests.flatMap((request) => request.events));
  return {
    // An event id is the uuid and the name: see `eventId`.
    names: sent.map(({ id, uuid }) => id.slice(uuid.length + 1)),
    requests: assemblies.flatMap((each) => each.requests.map((request) => sink.describe(request))),
    notSent: assemblies.flatMap((each) =>
      each.rejected.map(({ rejection: { reason, detail } }) => `${reason}: ${detail}`),
    ),
  };
}
