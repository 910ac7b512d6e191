import { EMPTY_STATE, type PipelineState } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { jsonText } from './json-text.js';
import type { PipelineRow } from './stored-lease.js';

/** A property of the state that is not a list, at place 0, or an element of a list at its place. */
interface Part {
  readonly part: string;
  readonly place: number;
  readonly value: unknown;
}

/**
 * Writes the parts that differ from those of `previous`, which is stored; undefined when nothing is. What a commit does not
 * change is the same object as before.
 */
export async function writeParts(
  query: Query,
  { schema, pipeline }: PipelineRow,
  previous: PipelineState | undefined,
  next: PipelineState,
): Promise<void> {
  const [before, after] = [previous === undefined ? new Map<string, Part>() : partsOf(previous), partsOf(next)];
  const changed = [...after].filter(([key, { value }]) => before.get(key)?.value !== value).map(([, part]) => part);
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, part]) => part);
  if (changed.length > 0) {
    await query(
      `INSERT INTO "${schema}".state_parts (pipeline, part, place, value)
       SELECT ?, part, place, value FROM unnest(?::text[], ?::int[], ?::json[]) AS changed(part, place, value)
       ON CONFLICT (pipeline, part, place) DO UPDATE SET value = excluded.value`,
      [
        pipeline,
        changed.map(({ part }) => part),
        changed.map(({ place }) => String(place)),
        changed.map(({ value }) => jsonText(value)),
      ],
    );
  }
  if (gone.length > 0) {
    await query(
      `DELETE FROM "${schema}".state_parts USING unnest(?::text[], ?::int[]) AS gone(part, place)
       WHERE pipeline = ? AND state_parts.part = gone.part AND state_parts.place = gone.place`,
      [gone.map(({ part }) => part), gone.map(({ place }) => String(place)), pipeline],
    );
  }
}

/** The state of a pipeline as it was written, not checked; undefined when there is none. */
export async function readParts(query: Query, { schema, pipeline }: PipelineRow): Promise<object | undefined> {
  const rows = await query<Part>(
    `SELECT part, place, value FROM "${schema}".state_parts WHERE pipeline = ? ORDER BY part, place`,
    [pipeline],
  );
  if (rows.length === 0) return undefined;
  const lists: Record<string, unknown[]> = Object.fromEntries(LISTS.map((part) => [part, []]));
  const single: [string, unknown][] = [];
  for (const { part, place, value } of rows) {
    if (!Object.hasOwn(lists, part)) single.push([part, value]);
    else lists[part]?.splice(place, 0, value);
  }
  return { ...Object.fromEntries(single), ...lists };
}

/** The properties that are lists. */
const LISTS = Object.entries(EMPTY_STATE).flatMap(([part, value]) => (Array.isArray(value) ? [part] : []));

function partsOf(state: PipelineState): ReadonlyMap<string, Part> {
  const parts = Object.entries(state).flatMap(([part, value]): Part[] => {
    const items: unknown = value;
    if (Array.isArray(items)) return items.map((item: unknown, place) => ({ part, place, value: item }));
    return items === undefined ? [] : [{ part, place: 0, value: items }];
  });
  return new Map(parts.map((part) => [`${part.part} ${part.place}`, part]));
}
