import type { ClosedDeadLetter, DeadLetter } from '../../contracts/dead-letter.js';
import { HOUR_MS, hourOf, type HourDigest } from '../../contracts/digest.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import type { StateReader } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { firstBackfillProgress } from '../run/first-backfill.js';
import { followedUntil } from '../run/followed-until.js';

/** What has become of a record, as far as the state knows it. */
export type RecordFate =
  | { readonly kind: 'dead-letter'; readonly letter: DeadLetter }
  /** It was a dead letter, and no longer is. */
  | { readonly kind: 'closed-dead-letter'; readonly letter: ClosedDeadLetter }
  /** It was read, and is held until it is final, or until this time. */
  | { readonly kind: 'held'; readonly until: Instant }
  /** Nothing was exported yet. */
  | { readonly kind: 'not-started' }
  /** It happened before the pipeline's start. */
  | { readonly kind: 'before-start'; readonly start: Instant }
  /** It is younger than `settle`. */
  | { readonly kind: 'not-due'; readonly due: Instant }
  /** It is due, and its window is not done. `until`: up to where the stream is done, if anything of it is. */
  | { readonly kind: 'waiting'; readonly until?: Instant }
  /** Its window is done. `hour`: what the ledger holds of its hour of creation. */
  | { readonly kind: 'exported'; readonly window?: LedgerWindow; readonly hour?: HourDigest };

export interface KnownRecord {
  readonly stream: string;
  readonly key: string;
  readonly createdAt: Instant;
  /** When it happened; default: when it was created. */
  readonly eventTime?: Instant | undefined;
}

/** The fates of some records, in their order. Reads the state once. `now` is the source's clock. */
export async function recordFates(
  reader: StateReader,
  records: readonly KnownRecord[],
  { now, settleMs }: { readonly now: Instant; readonly settleMs: number },
): Promise<readonly RecordFate[]> {
  const asked = new Set(records.map(nameOf));
  const letters = new Map<string, DeadLetter>();
  for await (const letter of reader.deadLetters()) if (asked.has(nameOf(letter))) letters.set(nameOf(letter), letter);
  const state = await reader.read();
  const closed = new Map(state.closedDeadLetters.map((letter) => [nameOf(letter), letter]));
  const held = new Map(state.held.map((record) => [nameOf(record), record]));
  const hours = new Map<string, Promise<readonly HourDigest[]>>();
  return Promise.all(
    records.map(async (record): Promise<RecordFate> => {
      const name = nameOf(record);
      const open = letters.get(name);
      if (open !== undefined) return { kind: 'dead-letter', letter: open };
      const waits = held.get(name);
      if (waits !== undefined) return { kind: 'held', until: waits.until };
      const past = closed.get(name);
      if (past !== undefined) return { kind: 'closed-dead-letter', letter: past };
      const { stream, createdAt } = record;
      const fate = fateByLedger(state, record);
      if (fate.kind === 'waiting' && createdAt + settleMs > now) return { kind: 'not-due', due: createdAt + settleMs };
      if (fate.kind !== 'exported') return fate;
      const hour = hourOf(createdAt);
      const ofHour = `${hour} ${stream}`;
      const digests = hours.get(ofHour) ?? reader.digests(stream, hour, hour + HOUR_MS);
      hours.set(ofHour, digests);
      const [digest] = await digests;
      return { ...fate, ...(digest && { hour: digest }) };
    }),
  );
}

function nameOf({ stream, key }: { readonly stream: string; readonly key: string }): string {
  return JSON.stringify([stream, key]);
}

/** Pure: by the windows that are done. */
function fateByLedger(state: PipelineState, { stream, createdAt, eventTime = createdAt }: KnownRecord): RecordFate {
  const { binding, windows, backfilled } = state;
  if (binding === undefined) return { kind: 'not-started' };
  const isHistory = createdAt < binding.handover;
  const purpose = isHistory ? 'first-backfill' : 'following';
  const done = windows.filter(
    (each) => each.window.stream === stream && each.purpose === purpose && each.status === 'done',
  );
  const position = isHistory ? eventTime : createdAt;
  const covering = done.find(
    ({ window: { from, until, olderOnly } }) => from <= position && position < until && olderOnly !== true,
  );
  const window = covering === undefined ? {} : { window: covering };
  if (!isHistory) {
    const until = followedUntil(state, [stream]) ?? binding.handover;
    return createdAt < until || covering !== undefined ? { kind: 'exported', ...window } : { kind: 'waiting', until };
  }
  if (binding.eventFrom !== undefined && eventTime < binding.eventFrom) {
    return { kind: 'before-start', start: binding.eventFrom };
  }
  if (backfilled.includes(stream) || covering !== undefined) return { kind: 'exported', ...window };
  const until = firstBackfillProgress(state, stream).exportedUntil;
  return { kind: 'waiting', ...(until === undefined ? {} : { until }) };
}
