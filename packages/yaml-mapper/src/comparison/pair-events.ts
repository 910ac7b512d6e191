import type { ComparableEvent } from './comparable-event.js';

const LEAST_ALIKE = 0.5;

export interface EventPair {
  readonly before?: ComparableEvent;
  readonly after?: ComparableEvent;
}

/** The events of two mappings that are one: by name, else by what is in them. */
export function pairEvents(
  before: readonly ComparableEvent[],
  after: readonly ComparableEvent[],
): readonly EventPair[] {
  const named = new Map(before.map((event) => [event.described.event, event]));
  const pairs = new Map<ComparableEvent, ComparableEvent>();
  for (const event of after) {
    const same = named.get(event.described.event);
    if (same !== undefined) pairs.set(event, same);
  }
  const taken = new Set(pairs.values());
  const candidates = after
    .filter((event) => !pairs.has(event))
    .flatMap((event) =>
      before.filter((other) => !taken.has(other)).map((other) => ({ event, other, likeness: likeness(other, event) })),
    )
    .filter((candidate) => candidate.likeness >= LEAST_ALIKE)
    .toSorted((a, b) => b.likeness - a.likeness);
  for (const { event, other } of candidates) {
    if (pairs.has(event) || taken.has(other)) continue;
    pairs.set(event, other);
    taken.add(other);
  }
  return [
    ...after.map((event): EventPair => {
      const other = pairs.get(event);
      return { ...(other && { before: other }), after: event };
    }),
    ...before.filter((event) => !taken.has(event)).map((event): EventPair => ({ before: event })),
  ];
}

/** The share of values that both have and make in the same way, of records of one stream. */
function likeness(a: ComparableEvent, b: ComparableEvent): number {
  if (a.described.from !== b.described.from) return 0;
  const same = [...a.fields.values()].filter(
    ({ path, fingerprint }) => b.fields.get(path)?.fingerprint === fingerprint,
  );
  return same.length / Math.max(a.fields.size, b.fields.size, 1);
}
