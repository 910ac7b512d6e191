import type { HeldRecord } from '../contracts/held-record.js';

/** The held records after some of a stream were released and others were added; one that is held already keeps its place. */
export function changeHeld(
  held: readonly HeldRecord[],
  stream: string,
  added: readonly HeldRecord[],
  released: readonly string[],
): readonly HeldRecord[] {
  if (added.length === 0 && released.length === 0) return held;
  const gone = new Set(released);
  const changed = new Map(added.map((record) => [record.key, record]));
  const kept = held.flatMap((record) => {
    if (record.stream !== stream) return [record];
    const { key } = record;
    const now = changed.get(key) ?? (gone.has(key) ? undefined : record);
    changed.delete(key);
    return now ?? [];
  });
  return [...kept, ...changed.values()];
}
