import { z } from 'zod';
import type { Counts } from '../contracts/counts.js';
import type { HourDigest } from '../contracts/digest.js';
import type { ClosedDeadLetter, DeadLetter } from '../contracts/dead-letter.js';
import type { MappedEvent } from '../contracts/event.js';
import type { HeldRecord } from '../contracts/held-record.js';
import type { Identity } from '../contracts/identity.js';
import type { StoredCommit } from '../contracts/leased-state.js';
import type { Backfill, LedgerSegment, LedgerWindow, WindowPurpose } from '../contracts/ledger.js';
import type {
  Attribution,
  Binding,
  DayCounts,
  HistoryEntry,
  LastRun,
  Pause,
  PipelineState,
} from '../contracts/pipeline-state.js';
import type { StateChange } from '../contracts/state-change.js';
import type { JsonValue } from '../contracts/value.js';
import type { Axis, Window } from '../contracts/window.js';

/**
 * The shape of a stored state. Strict: what a newer version has added is refused, not silently dropped. Every shape lists
 * all keys of its contract, so that the compiler asks for keys that are added there.
 */
type ShapeOf<T> = Readonly<Record<keyof T, z.ZodType>>;
type NamesOf<Name extends string> = { readonly [Each in Name]: Each };

const json: z.ZodType<JsonValue> = z.json();

const counts = z.strictObject({
  read: z.number(),
  mapped: z.number(),
  filtered: z.number(),
  deadLetteredRecords: z.number(),
  // Absent in what an earlier version wrote.
  held: z.number().default(0),
  produced: z.number(),
  accepted: z.number(),
  deadLetteredEvents: z.number(),
  repeats: z.strictObject({
    changed: z.number(),
    derived: z.number(),
    resumed: z.number(),
    backfilled: z.number(),
    replayed: z.number(),
  } satisfies ShapeOf<Counts['repeats']>),
} satisfies ShapeOf<Counts>);

const identity = z.strictObject({ description: z.string(), fingerprint: z.string() } satisfies ShapeOf<Identity>);

const event: z.ZodType<MappedEvent> = z.object({ event: z.string(), uuid: z.string() }).catchall(json);

export const storedDeadLetter: z.ZodType<DeadLetter> = z.strictObject({
  id: z.string(),
  stream: z.string(),
  key: z.string(),
  reason: z.string(),
  detail: z.string(),
  record: z.record(z.string(), json).exactOptional(),
  event: event.exactOptional(),
  mapping: z.string(),
  attempts: z.number(),
  at: z.number(),
} satisfies ShapeOf<DeadLetter>);

const how = z.enum({ replayed: 'replayed', discarded: 'discarded' } satisfies NamesOf<ClosedDeadLetter['how']>);

const closedDeadLetter = z.strictObject({
  stream: z.string(),
  key: z.string(),
  reason: z.string(),
  how,
  at: z.number(),
} satisfies ShapeOf<ClosedDeadLetter>);

const window = z.strictObject({
  stream: z.string(),
  axis: z.enum({ change: 'change', event: 'event' } satisfies NamesOf<Axis>),
  from: z.number(),
  until: z.number(),
  createdBefore: z.number().exactOptional(),
  eventFrom: z.number().exactOptional(),
  revisitMs: z.number(),
  olderOnly: z.literal(true).exactOptional(),
} satisfies ShapeOf<Window>);

const purpose = z.enum({
  'first-backfill': 'first-backfill',
  following: 'following',
  backfill: 'backfill',
  repair: 'repair',
  replay: 'replay',
  held: 'held',
} satisfies NamesOf<WindowPurpose>);

const sum = z.string().regex(/^[0-9a-f]{16}$/);

export const storedDigest: z.ZodType<HourDigest> = z.strictObject({
  hour: z.number(),
  delivered: z.number(),
  filtered: z.number(),
  deadLettered: z.number(),
  sums: z.tuple([sum, sum]),
} satisfies ShapeOf<HourDigest>);

const ledgerWindow = z.strictObject({
  id: z.number(),
  purpose,
  window,
  status: z.enum(['open', 'done']),
  cursor: z.string().exactOptional(),
  inFlightAtStop: z.number().exactOptional(),
  backfill: z.string().exactOptional(),
  claim: z.number().exactOptional(),
  digest: storedDigest.exactOptional(),
  segments: z.array(z.strictObject({ mapping: z.string(), counts } satisfies ShapeOf<LedgerSegment>)),
  plannedAt: z.number(),
  finishedAt: z.number().exactOptional(),
} satisfies ShapeOf<LedgerWindow>);

const heldRecord: z.ZodType<HeldRecord> = z.strictObject({
  stream: z.string(),
  key: z.string(),
  createdAt: z.number(),
  until: z.number(),
  isDigested: z.boolean(),
} satisfies ShapeOf<HeldRecord>);

const backfill: z.ZodType<Backfill> = z.strictObject({
  id: z.string(),
  streams: z.array(z.string()),
  from: z.number(),
  until: z.number(),
  createdBefore: z.number(),
  at: z.number(),
} satisfies ShapeOf<Backfill>);

export const storedBinding = z.strictObject({
  source: identity,
  start: z.string(),
  eventFrom: z.number().exactOptional(),
  handover: z.number(),
  sink: identity.exactOptional(),
} satisfies ShapeOf<Binding>);

const pause: z.ZodType<Pause> = z.strictObject({
  cause: z.enum({
    credentials: 'credentials',
    quota: 'quota',
    restricted: 'restricted',
    drift: 'drift',
    'suspicious-dead-letters': 'suspicious-dead-letters',
    'refused-request': 'refused-request',
  } satisfies NamesOf<Pause['cause']>),
  message: z.string(),
  since: z.number(),
} satisfies ShapeOf<Pause>);

const attributionShape = {
  at: z.number(),
  by: z.string(),
  why: z.string().exactOptional(),
} satisfies ShapeOf<Attribution>;

const attribution: z.ZodType<Attribution> = z.strictObject(attributionShape);

const historyEntry: z.ZodType<HistoryEntry> = z.strictObject({
  ...attributionShape,
  what: z.enum({
    rewind: 'rewind',
    accept: 'accept',
    backfill: 'backfill',
    repair: 'repair',
    replay: 'replay',
    discard: 'discard',
  } satisfies NamesOf<HistoryEntry['what']>),
  detail: z.string(),
} satisfies ShapeOf<HistoryEntry>);

const lastRun: z.ZodType<LastRun> = z.strictObject({
  at: z.number(),
  outcome: z.enum({
    done: 'done',
    stopped: 'stopped',
    paused: 'paused',
    failed: 'failed',
  } satisfies NamesOf<LastRun['outcome']>),
  error: z.string().exactOptional(),
} satisfies ShapeOf<LastRun>);

const dayCounts: z.ZodType<DayCounts> = z.strictObject({
  day: z.string(),
  streams: z.record(z.string(), counts),
} satisfies ShapeOf<DayCounts>);

export const storedState: z.ZodType<PipelineState> = z.strictObject({
  revision: z.number(),
  binding: storedBinding.exactOptional(),
  windows: z.array(ledgerWindow),
  nextWindowId: z.number(),
  backfilled: z.array(z.string()),
  backfills: z.array(backfill),
  // Absent in what an earlier version wrote.
  held: z.array(heldRecord).default([]),
  openDeadLetters: z.number(),
  // Absent in what an earlier version wrote.
  closedDeadLetters: z.array(closedDeadLetter).default([]),
  totals: z.record(z.string(), counts),
  days: z.array(dayCounts),
  history: z.array(historyEntry),
  lastRun: lastRun.exactOptional(),
  pause: pause.exactOptional(),
} satisfies ShapeOf<PipelineState>);

type Change<Type extends StateChange['type']> = ShapeOf<Extract<StateChange, { readonly type: Type }>>;

const change: z.ZodType<StateChange> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bind'), binding: storedBinding } satisfies Change<'bind'>),
  z.strictObject({ type: z.literal('bind-sink'), sink: identity } satisfies Change<'bind-sink'>),
  z.strictObject({
    type: z.literal('accept'),
    source: identity,
    start: z.string(),
    sink: identity,
    attribution,
  } satisfies Change<'accept'>),
  z.strictObject({
    type: z.literal('plan'),
    id: z.number(),
    purpose,
    window,
    backfill: z.string().exactOptional(),
    claim: z.number().exactOptional(),
    at: z.number(),
  } satisfies Change<'plan'>),
  z.strictObject({ type: z.literal('claim'), id: z.number(), worker: z.number() } satisfies Change<'claim'>),
  z.strictObject({
    type: z.literal('advance'),
    id: z.number(),
    mapping: z.string(),
    cursor: z.string().exactOptional(),
    inFlightAtStop: z.number().exactOptional(),
    counts,
    deadLetters: z.array(storedDeadLetter),
    digests: z.array(storedDigest).exactOptional(),
    held: z.array(heldRecord).exactOptional(),
    released: z.array(z.string()).exactOptional(),
    worker: z.number().exactOptional(),
    at: z.number(),
  } satisfies Change<'advance'>),
  z.strictObject({
    type: z.literal('finish'),
    id: z.number(),
    worker: z.number().exactOptional(),
    at: z.number(),
  } satisfies Change<'finish'>),
  z.strictObject({ type: z.literal('backfilled'), stream: z.string() } satisfies Change<'backfilled'>),
  z.strictObject({ type: z.literal('open-backfill'), backfill, attribution } satisfies Change<'open-backfill'>),
  z.strictObject({ type: z.literal('close-backfill'), id: z.string() } satisfies Change<'close-backfill'>),
  z.strictObject({
    type: z.literal('rewind'),
    to: z.union([z.number(), z.literal('start')]),
    streams: z.array(z.string()),
    attribution,
  } satisfies Change<'rewind'>),
  z.strictObject({
    type: z.literal('close-dead-letters'),
    ids: z.array(z.string()),
    how,
    letters: z
      .array(z.strictObject({ id: z.string(), stream: z.string(), key: z.string(), reason: z.string() }))
      .exactOptional(),
    attribution,
  } satisfies Change<'close-dead-letters'>),
  z.strictObject({ type: z.literal('remember'), entry: historyEntry } satisfies Change<'remember'>),
  z.strictObject({ type: z.literal('run-ended'), run: lastRun } satisfies Change<'run-ended'>),
  z.strictObject({ type: z.literal('pause'), pause } satisfies Change<'pause'>),
  z.strictObject({ type: z.literal('resume'), since: z.number().exactOptional() } satisfies Change<'resume'>),
]);

export const storedChanges: z.ZodType<StateChange[]> = z.array(change);

export const storedCommit: z.ZodType<StoredCommit> = z.strictObject({
  revision: z.number(),
  changes: storedChanges,
} satisfies ShapeOf<StoredCommit>);
