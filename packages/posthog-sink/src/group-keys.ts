import type { JsonValue } from '@sluice/core/adapter';
import { cleanEntries, cleanText } from './clean-json.js';

/**
 * The groups of an event, as texts: PostHog compares keys as texts, and takes an empty one for none. A value that is no
 * key, such as a list, is left out.
 */
export function groupKeys(groups: JsonValue | undefined): readonly (readonly [type: string, key: string])[] {
  if (groups === null || typeof groups !== 'object') return [];
  return Object.entries(groups).flatMap(([type, value]) => {
    const key = keyOf(value);
    return key === '' ? [] : [[cleanText(type), key] as const];
  });
}

function keyOf(value: JsonValue): string {
  if (typeof value === 'string') return cleanText(value);
  const isKey = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
  return isKey ? String(value) : '';
}

/** The groups as JSON text; undefined when there are none. */
export function groupsText(groups: JsonValue | undefined): string | undefined {
  const keys = groupKeys(groups);
  return keys.length === 0 ? undefined : JSON.stringify(cleanEntries(keys, (type) => type));
}
