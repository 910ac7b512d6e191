import type { JsonValue } from '@sluice/core';

/** serde_json stops at 128 levels and refuses the whole request; the envelope takes a few of them. */
const MAX_DEPTH = 100;
const TOO_DEEP = '[nested too deeply]';
/** Any surrogate: most texts hold none, and looking for lone ones costs ten times as much. */
const SUSPECT = /[\0\ud800-\udfff]/;
/** With the flag `u`, `\p{Cs}` matches lone surrogates alone. */
const ILL_FORMED = /[\0\p{Cs}]/gu;

/**
 * Text that PostHog's parser takes. A lone surrogate would make it refuse the whole request, and NUL is replaced on its
 * way to ClickHouse anyway.
 */
export function cleanText(text: string): string {
  return SUSPECT.test(text) ? text.replace(ILL_FORMED, '\ufffd') : text;
}

/** A JSON value that PostHog's parser takes: clean text, finite numbers, bounded depth. */
export function cleanJson(value: JsonValue | undefined, depth = 0): JsonValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return TOO_DEEP;
  if (isList(value)) return value.map((item) => cleanJson(item, depth + 1));
  return cleanEntries(value, depth + 1);
}

/** Without a prototype, so that a key named `__proto__` is a key like any other. */
function cleanEntries(value: Readonly<Record<string, JsonValue>>, depth: number): JsonValue {
  const clean: Record<string, JsonValue> = Object.create(null);
  for (const key of Object.keys(value)) clean[cleanText(key)] = cleanJson(value[key], depth);
  return clean;
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
