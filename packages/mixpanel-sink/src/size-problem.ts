import { isObject, Unsendable } from '@sluice/adapter-kit';
import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { isList } from './wire-value.js';

/**
 * Of properties, of names in an object and of items in a list. https://docs.mixpanel.com/reference/import-events says fewer
 * than 255, and docs/data-structure/events-and-properties up to 255: Mixpanel itself decides about 255.
 */
const MAX_ENTRIES = 255;
const MAX_DEPTH = 3;

/** Pure: why Mixpanel would never take an event with such properties; undefined if it would. */
export function sizeProblem(properties: JsonObject): Unsendable | undefined {
  const count = Object.keys(properties).length;
  if (count > MAX_ENTRIES) {
    const detail = `the event has ${count} properties, and Mixpanel takes at most ${MAX_ENTRIES}`;
    return new Unsendable('too-many-properties', detail);
  }
  for (const [name, value] of Object.entries(properties)) {
    const problem = valueProblem(value, 0);
    if (problem !== undefined) return new Unsendable(problem.reason, `the property ${name} ${problem.detail}`);
  }
  return undefined;
}

function valueProblem(
  value: JsonValue,
  depth: number,
): { readonly reason: string; readonly detail: string } | undefined {
  const isNested = isObject(value);
  if (!isNested && !isList(value)) return undefined;
  const items = isNested ? Object.values(value) : value;
  const inner = isNested ? depth + 1 : depth;
  if (inner > MAX_DEPTH) {
    const detail = `has objects nested over ${MAX_DEPTH} levels, and Mixpanel takes no more`;
    return { reason: 'nested-too-deeply', detail };
  }
  if (items.length > MAX_ENTRIES) {
    const [reason, what] = isNested ? ['too-many-names', 'names'] : ['list-too-long', 'items'];
    return { reason, detail: `has ${items.length} ${what}, and Mixpanel takes at most ${MAX_ENTRIES}` };
  }
  for (const item of items) {
    const problem = valueProblem(item, inner);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
