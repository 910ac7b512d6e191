import { keySums, type Window } from '@sluice/core/source';
import {
  HOUR_MS,
  NO_COUNTS,
  type Attribution,
  type Backfill,
  type Binding,
  type Counts,
  type DeadLetter,
  type HourDigest,
  type StateChange,
  type WindowPurpose,
} from '@sluice/core/state';
import { anEvent } from '../an-event.js';

type Change<Type extends StateChange['type']> = Extract<StateChange, { readonly type: Type }>;

// Times are small numbers, because they are only compared.
export const aBinding: Binding = {
  source: { description: 'a source', fingerprint: 'source 1' },
  start: 'beginning',
  handover: 1_000,
};

export const aSink = { description: 'a sink', fingerprint: 'sink 1' };

export const anAttribution: Attribution = { at: 7_000, by: 'ada@ops-1', why: 'because' };

export const aBackfill: Backfill = {
  id: 'march',
  streams: ['trace', 'score'],
  from: 0,
  until: HOUR_MS,
  createdBefore: 2 * HOUR_MS,
  at: 6_500,
};

export function countsOf(count: number): Counts {
  return { ...NO_COUNTS, read: count, mapped: count, produced: count, accepted: count };
}

export function plan(
  id: number,
  from: number,
  until: number,
  stream = 'trace',
  {
    records = {},
    ...options
  }: {
    readonly purpose?: WindowPurpose;
    readonly backfill?: string;
    readonly claim?: number;
    /** Which records the window has; default: those created in it. */
    readonly records?: Pick<Window, 'olderOnly'> & Partial<Pick<Window, 'revisitMs'>>;
  } = {},
): StateChange {
  const window: Window = { stream, axis: 'change', from, until, revisitMs: 0, ...records };
  return { type: 'plan', id, purpose: 'following', window, at: 5_000, ...options };
}

/** An `advance` with this many accepted events, and one more event for every dead letter. */
export function advance(id: number, count: number, options: Partial<Change<'advance'>> = {}): StateChange {
  const dead = options.deadLetters?.length ?? 0;
  return {
    type: 'advance',
    id,
    mapping: 'mapping-1',
    counts: { ...countsOf(count + dead), accepted: count, deadLetteredEvents: dead },
    deadLetters: [],
    at: 5_500,
    ...options,
  };
}

export function finish(id: number, by: { readonly worker?: number } = {}): StateChange {
  return { type: 'finish', id, ...by, at: 6_000 };
}

export function rewind(to: Change<'rewind'>['to'], ...streams: readonly string[]): StateChange {
  return { type: 'rewind', to, streams, attribution: anAttribution };
}

export function close(
  ids: readonly string[],
  how: Change<'close-dead-letters'>['how'] = 'replayed',
): Change<'close-dead-letters'> {
  const letters = ids.map(aDeadLetter).map(({ id, stream, key, reason }) => ({ id, stream, key, reason }));
  return { type: 'close-dead-letters', ids, how, letters, attribution: anAttribution };
}

/** The digest of an hour over some keys, all of them delivered. */
export function aDigest(hour: number, ...keys: readonly string[]): HourDigest {
  return { hour: hour * HOUR_MS, delivered: keys.length, filtered: 0, deadLettered: 0, sums: keySums(keys) };
}

export function aDeadLetter(id: string): DeadLetter {
  return {
    id,
    stream: 'trace',
    key: `key of ${id}`,
    reason: 'future-timestamp',
    detail: 'dated too far ahead',
    event: anEvent(),
    mapping: 'mapping-1',
    attempts: 1,
    at: 5_500,
  };
}
