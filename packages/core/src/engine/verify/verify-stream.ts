import { HOUR_MS, hourOf, type HourDigest, type SourceDigest } from '../../contracts/digest.js';
import type { Source } from '../../contracts/source.js';
import type { Binding, PipelineState } from '../../contracts/pipeline-state.js';
import type { StateReader } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import type { HeldRecord } from '../../contracts/held-record.js';
import { addHourDigests, emptyHour } from '../../state/hour-digest.js';
import { KeySumsBuilder } from '../../state/key-sums.js';
import { countsOfStream } from '../../state/count-totals.js';
import { followedUntil } from '../run/followed-until.js';
import { compareDigests, type HourDifference } from './compare-digests.js';

/** The comparison of one stream. */
export interface StreamVerification {
  readonly stream: string;
  /** The compared hours, half-open; absent when none can be compared yet, for `reason`. */
  readonly compared?: { readonly from: Instant; readonly until: Instant };
  readonly reason?: string;
  /** In the compared hours. */
  readonly sourceRecords: number;
  readonly delivered: number;
  readonly filtered: number;
  readonly deadLettered: number;
  /** Read, and not sent yet: they are held until they are final. */
  readonly held: number;
  readonly differences: readonly HourDifference[];
  /** How many events were sent again because their record had changed, since the pipeline began. */
  readonly changedEvents: number;
}

export interface VerifyStreamOptions {
  readonly source: Source;
  readonly state: PipelineState;
  readonly binding: Binding;
  readonly ledger: Pick<StateReader, 'digests'>;
  readonly signal: AbortSignal;
}

/** How many hours are requested at a time. */
const HOURS_AT_A_TIME = 31 * 24;

/** Compares every stream, one after another. */
export async function verifyStreams(
  streams: readonly string[],
  options: VerifyStreamOptions,
): Promise<readonly StreamVerification[]> {
  const verifications: StreamVerification[] = [];
  for (const stream of streams) verifications.push(await verifyStream(stream, options));
  return verifications;
}

/** Compares every full hour of creation time before the stream's cursor. */
async function verifyStream(
  stream: string,
  { source, state, binding, ledger, signal }: VerifyStreamOptions,
): Promise<StreamVerification> {
  const { changed, derived } = countsOfStream(state.totals, stream).repeats;
  const changedEvents = changed + derived;
  if (!state.backfilled.includes(stream)) {
    return { ...NOTHING, stream, changedEvents, reason: 'its first backfill is not complete: let a run finish it' };
  }
  const until = hourOf(followedUntil(state, [stream]) ?? binding.handover);
  const exported = await ledger.digests(stream, Number.NEGATIVE_INFINITY, until);
  const held = await digestsOf(stream, { source, binding, until, signal });
  const waiting = state.held.filter(
    (record) => record.stream === stream && record.isDigested && record.createdAt < until,
  );
  const sum = (count: (digest: HourDigest) => number) => exported.reduce((total, each) => total + count(each), 0);
  return {
    stream,
    compared: { from: firstHour(exported, held) ?? until, until },
    sourceRecords: held.reduce((total, { records }) => total + records, 0),
    delivered: sum(({ delivered }) => delivered),
    filtered: sum(({ filtered }) => filtered),
    deadLettered: sum(({ deadLettered }) => deadLettered),
    held: waiting.length,
    differences: compareDigests(stream, held, withHeld(exported, waiting)),
    changedEvents,
  };
}

const NOTHING = { sourceRecords: 0, delivered: 0, filtered: 0, deadLettered: 0, held: 0, differences: [] };

/** The digests with the records that are held, which are in none. */
function withHeld(digests: readonly HourDigest[], held: readonly HeldRecord[]): readonly HourDigest[] {
  const hours = new Map(digests.map((digest) => [digest.hour, digest]));
  for (const { key, createdAt } of held) {
    const hour = hourOf(createdAt);
    const sums = new KeySumsBuilder();
    sums.add(key);
    const known = hours.get(hour) ?? emptyHour(hour);
    hours.set(hour, addHourDigests(known, { ...emptyHour(hour), delivered: 1, sums: sums.sums() }));
  }
  return [...hours.values()];
}

/** The source's digests. A gap of any length costs one probe. */
async function digestsOf(
  stream: string,
  { source, binding, until, signal }: Pick<VerifyStreamOptions, 'source' | 'binding' | 'signal'> & { until: Instant },
): Promise<readonly SourceDigest[]> {
  const { handover, eventFrom } = binding;
  const digests: SourceDigest[] = [];
  let from = Number.NEGATIVE_INFINITY;
  while (from < until) {
    signal.throwIfAborted();
    const first = await source.next(stream, 'change', from, { signal });
    if (first === undefined || first >= until) break;
    const range = { from: hourOf(first), until: Math.min(until, hourOf(first) + HOURS_AT_A_TIME * HOUR_MS) };
    const request = { stream, ...range, handover, ...(eventFrom === undefined ? {} : { eventFrom }) };
    digests.push(...((await source.digest?.(request, { signal })) ?? []));
    from = range.until;
  }
  return digests;
}

function firstHour(exported: readonly HourDigest[], held: readonly SourceDigest[]): Instant | undefined {
  const hours = [exported[0]?.hour, held[0]?.hour].filter((hour) => hour !== undefined);
  return hours.length === 0 ? undefined : Math.min(...hours);
}
