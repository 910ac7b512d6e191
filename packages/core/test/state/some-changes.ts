import fc from 'fast-check';
import type { Counts } from '#src/contracts/counts.js';
import type { DeadLetter } from '#src/contracts/dead-letter.js';
import type { PipelineState } from '#src/contracts/pipeline-state.js';
import type { StateChange } from '#src/contracts/state-change.js';

/** What a step does with a window. Which window it is depends on the state before it. */
export type Step =
  | { readonly type: 'plan'; readonly stream: string; readonly hours: number; readonly skip: number }
  | { readonly type: 'advance'; readonly pick: number; readonly mapping: string; readonly counts: Counts }
  | { readonly type: 'finish'; readonly pick: number };

const balancedCounts: fc.Arbitrary<Counts> = fc
  .record({
    mapped: fc.nat({ max: 9 }),
    filtered: fc.nat({ max: 9 }),
    deadLetteredRecords: fc.nat({ max: 2 }),
    held: fc.nat({ max: 2 }),
    accepted: fc.nat({ max: 9 }),
    deadLetteredEvents: fc.nat({ max: 2 }),
    repeats: fc.record({
      changed: fc.nat({ max: 9 }),
      derived: fc.nat({ max: 9 }),
      resumed: fc.nat({ max: 9 }),
      backfilled: fc.constant(0),
      replayed: fc.constant(0),
    }),
  })
  .map((counts) => ({
    ...counts,
    read: counts.mapped + counts.filtered + counts.deadLetteredRecords + counts.held,
    produced: counts.accepted + counts.deadLetteredEvents,
  }));

export const someSteps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('plan' as const),
      stream: fc.constantFrom('trace', 'score'),
      hours: fc.integer({ min: 1, max: 3 }),
      skip: fc.constantFrom(0, 0, 0, 1),
    }),
    fc.record({
      type: fc.constant('advance' as const),
      pick: fc.nat(),
      mapping: fc.constantFrom('m1', 'm1', 'm2'),
      counts: balancedCounts,
    }),
    fc.record({ type: fc.constant('finish' as const), pick: fc.nat() }),
  ),
  { maxLength: 60 },
);

/** The change that a step makes in a state; undefined when no window is open for it. */
export function changeOf(step: Step, state: PipelineState, planned: Map<string, number>): StateChange | undefined {
  if (step.type === 'plan') {
    const from = (planned.get(step.stream) ?? 0) + step.skip;
    const until = from + step.hours;
    planned.set(step.stream, until);
    const window = { stream: step.stream, axis: 'change', from, until, revisitMs: 0 } as const;
    return { type: 'plan', id: state.nextWindowId, purpose: 'following', window, at: 0 };
  }
  const open = state.windows.filter(({ status }) => status === 'open');
  const picked = open[step.pick % Math.max(1, open.length)];
  if (picked === undefined) return undefined;
  if (step.type === 'finish') return { type: 'finish', id: picked.id, at: state.revision };
  const { counts, mapping } = step;
  const count = counts.deadLetteredRecords + counts.deadLetteredEvents;
  const deadLetters = Array.from({ length: count }, (_, index): DeadLetter => aDeadLetter(`${picked.id}-${index}`));
  return { type: 'advance', id: picked.id, mapping, cursor: String(state.revision), counts, deadLetters, at: 1 };
}

function aDeadLetter(id: string): DeadLetter {
  const event = { event: 'e', uuid: 'u', properties: { nested: [1, null, { ключ: true }] } };
  return { id, stream: 'trace', key: id, reason: 'r', detail: 'd', mapping: 'm1', attempts: 1, at: 1, event };
}
