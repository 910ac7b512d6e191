import type { ComparableEvent } from './comparable-event.js';

export interface EventPair {
  readonly before?: ComparableEvent | undefined;
  readonly after?: ComparableEvent;
}

/** Pairs the events of two mappings by name, then renamed ones: those of one stream that compute the same uuid. */
export function pairEvents(
  before: readonly ComparableEvent[],
  after: readonly ComparableEvent[],
): readonly EventPair[] {
  const unpaired = new Set(before);
  const take = (isSame: (other: ComparableEvent) => boolean): ComparableEvent | undefined => {
    const found = [...unpaired].find(isSame);
    if (found !== undefined) unpaired.delete(found);
    return found;
  };
  const named = after.map((event) => take((other) => other.described.event === event.described.event));
  const pairs = after.map((event, index): EventPair => ({
    before: named[index] ?? take((candidate) => isRenamed(candidate, event)),
    after: event,
  }));
  return [...pairs, ...[...unpaired].map((event): EventPair => ({ before: event }))];
}

function isRenamed(before: ComparableEvent, after: ComparableEvent): boolean {
  const isSameStream = before.described.from === after.described.from;
  return isSameStream && before.fields.get('uuid')?.fingerprint === after.fields.get('uuid')?.fingerprint;
}
