import type { JsonObject, JsonValue } from '@sluice/core/adapter';

/** serde_json refuses a request of more than 128 levels; the envelope takes a few of them. */
export const MAX_DEPTH = 100;
const TOO_DEEP = '[nested too deeply]';
/** Any surrogate: most texts contain none, and a search for lone ones takes ten times as long. */
const SUSPECT = /[\0\ud800-\udfff]/;
/** With the flag `u`, `\p{Cs}` matches only lone surrogates. */
const ILL_FORMED = /[\0\p{Cs}]/gu;

/**
 * Text that PostHog's parser accepts: a lone surrogate would make it refuse the whole request. PostHog itself replaces
 * NUL before it stores an event.
 */
export function cleanText(text: string): string {
  return SUSPECT.test(text) ? text.replace(ILL_FORMED, '\ufffd') : text;
}

/** A JSON value that PostHog's parser accepts: clean text, finite numbers, bounded depth. */
function cleanJson(value: JsonValue | undefined, depth = 0): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return TOO_DEEP;
  if (isList(value)) return value.map((item) => cleanJson(item, depth + 1));
  return cleanEntries(Object.entries(value), cleanText, depth + 1);
}

/** The result has no prototype, so that `__proto__` is a key like any other. */
export function cleanEntries(
  entries: readonly (readonly [string, JsonValue])[],
  nameOf: (key: string) => string,
  depth = 0,
): JsonObject {
  const clean: Record<string, JsonValue> = Object.create(null);
  for (const [key, value] of entries) clean[nameOf(key)] = cleanJson(value, depth);
  return clean;
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
