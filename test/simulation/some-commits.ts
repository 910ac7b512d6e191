import { keySums } from '@sluice/core/source';
import { HOUR_MS, NO_COUNTS, type DeadLetter, type PipelineState, type StateChange } from '@sluice/core/state';

const SOURCE = { description: 'a source', fingerprint: 'source' };
const SINK = { description: 'a sink', fingerprint: 'sink' };
const ATTRIBUTION = { at: 0, by: 'ada@simulation' };

/** The next commit of a pipeline whose state is this one: of any kind that a run or a command makes. */
export function someCommit(
  { binding, windows, nextWindowId: id, openDeadLetters, backfills }: PipelineState,
  letters: readonly DeadLetter[],
  random: () => number,
): readonly StateChange[] {
  if (binding === undefined) return [{ type: 'bind', binding: { source: SOURCE, start: 'beginning', handover: 0 } }];
  const open = windows.filter(({ status }) => status === 'open');
  const choice = random();
  const any = open[Math.floor(random() * open.length)];
  if (any !== undefined && choice < 0.4) return [bindSink(binding.sink), advanced(any.id, id, random)];
  if (any !== undefined && choice < 0.5) return [{ type: 'finish', id: any.id, at: id }];
  if (openDeadLetters > 0 && choice < 0.75) {
    const closed = letters.filter(() => random() < 0.5);
    return [
      {
        type: 'close-dead-letters',
        ids: closed.map((letter) => letter.id),
        how: random() < 0.5 ? 'replayed' : 'discarded',
        letters: closed.map(({ stream, key, reason, ...letter }) => ({ id: letter.id, stream, key, reason })),
        attribution: ATTRIBUTION,
      },
    ];
  }
  if (choice < 0.8) return [{ type: 'backfilled', stream: `stream-${id % 3}` }];
  if (choice < 0.88)
    return [{ type: 'rewind', to: random() < 0.2 ? 'start' : HOUR_MS, streams: ['note'], attribution: ATTRIBUTION }];
  if (choice < 0.92 && backfills.length === 0) {
    const backfill = { id: `backfill-${id}`, streams: ['note'], from: 0, until: 1, createdBefore: 1, at: id };
    return [{ type: 'open-backfill', backfill, attribution: ATTRIBUTION }];
  }
  const from = Math.floor(random() * 5) * HOUR_MS;
  const window = { stream: 'note', axis: 'change', from, until: from + HOUR_MS, revisitMs: 0 } as const;
  return [{ type: 'plan', id, purpose: random() < 0.3 ? 'repair' : 'following', window, at: id }];
}

function bindSink(sink: typeof SINK | undefined | object): StateChange {
  if (sink === undefined) return { type: 'bind-sink', sink: SINK };
  return { type: 'run-ended', run: { at: 0, outcome: 'failed', error: 'something \u2028 went wrong' } };
}

/** Some records of an hour with their dead letters. */
function advanced(id: number, number: number, random: () => number): StateChange {
  const keys = Array.from({ length: 1 + Math.floor(random() * 3) }, () => `note-${Math.floor(random() * 1e6)}`);
  const dead = keys.filter(() => random() < 0.5);
  const deadLetters = dead.map((key): DeadLetter => ({
    id: `${id}-${number}-${key}`,
    stream: 'note',
    key,
    reason: 'mapping-failed',
    detail: 'cannot be mapped \u2028',
    record: { id: key },
    mapping: 'notes-1',
    attempts: 1,
    at: number,
  }));
  const delivered = keys.length - dead.length;
  const counts = {
    ...NO_COUNTS,
    read: keys.length,
    mapped: delivered,
    deadLetteredRecords: dead.length,
    produced: delivered,
    accepted: delivered,
  };
  const hour = Math.floor(random() * 3) * HOUR_MS;
  const digests = [{ hour, delivered, filtered: 0, deadLettered: dead.length, sums: keySums(keys) }];
  return {
    type: 'advance',
    id,
    mapping: 'notes-1',
    cursor: keys.at(-1) ?? '',
    counts,
    deadLetters,
    digests,
    at: number,
  };
}
