import { z } from 'zod';
import type { Counts } from '../contracts/counts.js';
import type { DeadLetter } from '../contracts/dead-letter.js';
import type { MappedEvent } from '../contracts/event.js';
import type { Identity } from '../contracts/identity.js';
import type { LedgerSegment, LedgerWindow, WindowPurpose } from '../contracts/ledger.js';
import type { Binding, Holder, Pause, PipelineState, StateChange } from '../contracts/state-store.js';
import type { JsonValue } from '../contracts/value.js';
import type { Axis, Window } from '../contracts/window.js';

/** An entry of the journal. */
export interface Commit {
  readonly revision: number;
  readonly changes: readonly StateChange[];
}

/** What the snapshot file holds. */
export interface Snapshot {
  readonly format: 1;
  readonly state: PipelineState;
  /** The bytes of the dead letter file that hold the open ones; what lies beyond was never committed there. */
  readonly deadLetters: { readonly from: number; readonly until: number };
}

/**
 * The shape of what is in the files. Strict: what a newer version has added is refused, never dropped without a word.
 * Every shape lists all keys of its contract, so that the compiler asks for what is added there.
 */
type ShapeOf<T> = Readonly<Record<keyof T, z.ZodType>>;
type NamesOf<Name extends string> = { readonly [Each in Name]: Each };

const json: z.ZodType<JsonValue> = z.json();

const counts = z.strictObject({
  read: z.number(),
  mapped: z.number(),
  filtered: z.number(),
  deadLetteredRecords: z.number(),
  produced: z.number(),
  accepted: z.number(),
  deadLetteredEvents: z.number(),
  repeats: z.strictObject({ changed: z.number(), derived: z.number() } satisfies ShapeOf<Counts['repeats']>),
} satisfies ShapeOf<Counts>);

const identity = z.strictObject({ description: z.string(), fingerprint: z.string() } satisfies ShapeOf<Identity>);

const event: z.ZodType<MappedEvent> = z.object({ event: z.string(), uuid: z.string() }).catchall(json);

export const storedDeadLetter: z.ZodType<DeadLetter> = z.strictObject({
  id: z.string(),
  stream: z.string(),
  key: z.string(),
  reason: z.string(),
  detail: z.string(),
  event: event.exactOptional(),
  mapping: z.string(),
  at: z.number(),
} satisfies ShapeOf<DeadLetter>);

const window = z.strictObject({
  stream: z.string(),
  axis: z.enum({ change: 'change', event: 'event' } satisfies NamesOf<Axis>),
  from: z.number(),
  until: z.number(),
  createdBefore: z.number().exactOptional(),
  eventFrom: z.number().exactOptional(),
  revisitMs: z.number(),
} satisfies ShapeOf<Window>);

const purpose = z.enum({
  'first-backfill': 'first-backfill',
  following: 'following',
} satisfies NamesOf<WindowPurpose>);

const ledgerWindow = z.strictObject({
  id: z.number(),
  purpose,
  window,
  status: z.enum(['open', 'done']),
  cursor: z.string().exactOptional(),
  segments: z.array(z.strictObject({ mapping: z.string(), counts } satisfies ShapeOf<LedgerSegment>)),
  plannedAt: z.number(),
  finishedAt: z.number().exactOptional(),
} satisfies ShapeOf<LedgerWindow>);

const binding = z.strictObject({
  source: identity,
  start: z.string(),
  eventFrom: z.number().exactOptional(),
  handover: z.number(),
  sink: identity.exactOptional(),
} satisfies ShapeOf<Binding>);

const causes = {
  credentials: 'credentials',
  quota: 'quota',
  restricted: 'restricted',
  drift: 'drift',
  'suspicious-dead-letters': 'suspicious-dead-letters',
  'refused-request': 'refused-request',
} satisfies NamesOf<Pause['cause']>;

const pause: z.ZodType<Pause> = z.strictObject({
  cause: z.enum(causes),
  message: z.string(),
  since: z.number(),
} satisfies ShapeOf<Pause>);

const state: z.ZodType<PipelineState> = z.strictObject({
  revision: z.number(),
  binding: binding.exactOptional(),
  windows: z.array(ledgerWindow),
  nextWindowId: z.number(),
  backfilled: z.array(z.string()),
  openDeadLetters: z.number(),
  pause: pause.exactOptional(),
} satisfies ShapeOf<PipelineState>);

type Change<Type extends StateChange['type']> = ShapeOf<Extract<StateChange, { readonly type: Type }>>;

const change: z.ZodType<StateChange> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bind'), binding } satisfies Change<'bind'>),
  z.strictObject({ type: z.literal('bind-sink'), sink: identity } satisfies Change<'bind-sink'>),
  z.strictObject({
    type: z.literal('plan'),
    id: z.number(),
    purpose,
    window,
    at: z.number(),
  } satisfies Change<'plan'>),
  z.strictObject({
    type: z.literal('advance'),
    id: z.number(),
    mapping: z.string(),
    cursor: z.string().exactOptional(),
    counts,
    deadLetters: z.array(storedDeadLetter),
  } satisfies Change<'advance'>),
  z.strictObject({ type: z.literal('finish'), id: z.number(), at: z.number() } satisfies Change<'finish'>),
  z.strictObject({ type: z.literal('backfilled'), stream: z.string() } satisfies Change<'backfilled'>),
  z.strictObject({ type: z.literal('pause'), pause } satisfies Change<'pause'>),
  z.strictObject({ type: z.literal('resume') } satisfies Change<'resume'>),
]);

export const storedCommit: z.ZodType<Commit> = z.strictObject({
  revision: z.number(),
  changes: z.array(change),
} satisfies ShapeOf<Commit>);

export const storedSnapshot: z.ZodType<Snapshot> = z.strictObject({
  format: z.literal(1),
  state,
  deadLetters: z.strictObject({ from: z.number(), until: z.number() }),
} satisfies ShapeOf<Snapshot>);

export const storedHolder: z.ZodType<Holder> = z.object({
  pid: z.number(),
  host: z.string(),
  since: z.number(),
} satisfies ShapeOf<Holder>);
