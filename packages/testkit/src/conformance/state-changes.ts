import { NO_COUNTS, type Binding, type Counts, type DeadLetter, type StateChange } from '@sluice/core';
import { anEvent } from '../an-event.js';

/** What a commit of the suites for state stores is made of. Times are small numbers: they are only compared. */
export const aBinding: Binding = {
  source: { description: 'a source', fingerprint: 'source 1' },
  start: 'beginning',
  handover: 1_000,
};

export function countsOf(count: number): Counts {
  return { ...NO_COUNTS, read: count, mapped: count, produced: count, accepted: count };
}

function withDeadLetters(accepted: number, deadLettered: number): Counts {
  return { ...countsOf(accepted + deadLettered), accepted, deadLetteredEvents: deadLettered };
}

export function plan(id: number, from: number, until: number, stream = 'trace'): StateChange {
  const window = { stream, axis: 'change', from, until, revisitMs: 0 } as const;
  return { type: 'plan', id, purpose: 'following', window, at: 5_000 };
}

/** An `advance` with this many accepted events, and one event that was produced for every dead letter. */
export function advance(
  id: number,
  count: number,
  options: Partial<Extract<StateChange, { type: 'advance' }>> = {},
): StateChange {
  return {
    type: 'advance',
    id,
    mapping: 'mapping-1',
    counts: withDeadLetters(count, options.deadLetters?.length ?? 0),
    deadLetters: [],
    at: 5_500,
    ...options,
  };
}

export function finish(id: number): StateChange {
  return { type: 'finish', id, at: 6_000 };
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
