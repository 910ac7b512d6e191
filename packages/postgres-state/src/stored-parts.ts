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

/** How many parts each property of a state has: the length of a list, 1 for others. Absent: none. */
export type PartLengths = Readonly<Record<string, number>>;

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
  const changed = changedParts(previous, next);
  const [was, is] = [previous === undefined ? {} : lengthsOf(previous), lengthsOf(next)];
  const shorter = Object.keys(was).filter((part) => (was[part] ?? 0) > (is[part] ?? 0));
  if (changed.length > 0) {
    await query(
      `INSERT INTO "${schema}".state_parts (pipeline, part, place, value, revision)
       SELECT ?, part, place, value, ? FROM unnest(?::text[], ?::int[], ?::json[]) AS changed(part, place, value)
       ON CONFLICT (pipeline, part, place) DO UPDATE SET value = excluded.value, revision = excluded.revision`,
      [
        pipeline,
        next.revision,
        changed.map(({ part }) => part),
        changed.map(({ place }) => String(place)),
        changed.map(({ value }) => jsonText(value)),
      ],
    );
  }
  if (shorter.length > 0) {
    await query(
      `DELETE FROM "${schema}".state_parts USING unnest(?::text[], ?::int[]) AS shorter(part, length)
       WHERE pipeline = ? AND state_parts.part = shorter.part AND place >= shorter.length`,
      [shorter, shorter.map((part) => String(is[part] ?? 0)), pipeline],
    );
  }
}

/** The state of a pipeline as it was written, not checked; undefined when there is none. */
export async function readParts(query: Query, { schema, pipeline }: PipelineRow): Promise<object | undefined> {
  const rows = await query<Part>(
    `SELECT part, place, value FROM "${schema}".state_parts WHERE pipeline = ? ORDER BY part, place`,
    [pipeline],
  );
  return rows.length === 0 ? undefined : { ...EMPTY_LISTS, ...stateOf(rows) };
}

/** The parts that were written after a revision. */
export async function readPartsSince(
  query: Query,
  { schema, pipeline }: PipelineRow,
  revision: number,
): Promise<readonly Part[]> {
  return query<Part>(
    `SELECT part, place, value FROM "${schema}".state_parts
     WHERE pipeline = ? AND revision > ? ORDER BY part, place`,
    [pipeline, revision],
  );
}

/** The properties of a state that have these parts. The elements of a list follow each other, whatever their places. */
export function stateOf(parts: readonly Part[]): Readonly<Record<string, unknown>> {
  const properties: Record<string, unknown> = {};
  for (const { part, value } of parts) {
    const list = properties[part];
    if (!Object.hasOwn(EMPTY_LISTS, part)) properties[part] = value;
    else if (Array.isArray(list)) list.push(value);
    else properties[part] = [value];
  }
  return properties;
}

const EMPTY_LISTS: Readonly<Record<string, readonly unknown[]>> = Object.fromEntries(
  Object.entries(EMPTY_STATE).filter(([, value]) => Array.isArray(value)),
);

function changedParts(previous: PipelineState | undefined, next: PipelineState): readonly Part[] {
  const before: Readonly<Record<string, unknown>> = { ...previous };
  return Object.entries(next).flatMap(([part, value]: [string, unknown]): readonly Part[] => {
    const was = before[part];
    if (value === was || value === undefined) return [];
    if (!Array.isArray(value)) return [{ part, place: 0, value }];
    const stored: readonly unknown[] = Array.isArray(was) ? was : [];
    const parts: Part[] = [];
    value.forEach((item: unknown, place) => {
      if (item !== stored[place]) parts.push({ part, place, value: item });
    });
    return parts;
  });
}

export function lengthsOf(state: PipelineState): PartLengths {
  const lengths = Object.entries(state).flatMap(([part, value]: [string, unknown]) =>
    value === undefined ? [] : [[part, Array.isArray(value) ? value.length : 1] as const],
  );
  return Object.fromEntries(lengths);
}
