import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { textToInstant } from '../functions/instant-text.js';
import { isJsonList, isJsonObject } from '../json-kind.js';
import { ownEntry } from '../own-entry.js';

/**
 * The part of the actual value that the expectation covers: of a map only the expected names, unless exact. Equal
 * timestamps are written as in the expectation, so the result equals the expectation exactly if the test passes.
 */
export function coveredValue(
  expected: JsonValue,
  actual: JsonValue | undefined,
  exact: boolean,
): JsonValue | undefined {
  if (expected === null) return exact ? actual : (actual ?? null);
  if (isJsonObject(expected) && isJsonObject(actual)) {
    const names = exact ? [...new Set([...Object.keys(expected), ...Object.keys(actual)])] : Object.keys(expected);
    return coveredNames(names, expected, actual, exact);
  }
  if (isJsonList(expected) && isJsonList(actual))
    return actual.map((item, index) => {
      const other = expected[index];
      return other === undefined ? item : (coveredValue(other, item, exact) ?? null);
    });
  // -0 is sent as 0.
  return expected === actual || isSameInstant(expected, actual) ? expected : actual;
}

function coveredNames(names: readonly string[], expected: JsonObject, actual: JsonObject, exact: boolean): JsonObject {
  const covered: Record<string, JsonValue> = {};
  for (const name of names) {
    const [wanted, found] = [ownEntry(expected, name), ownEntry(actual, name)];
    const value = wanted === undefined ? found : coveredValue(wanted, found, exact);
    if (value !== undefined) covered[name] = value;
  }
  return covered;
}

/** `2026-01-01T00:00:00Z` and `2026-01-01T00:00:00.000Z` are the same time. */
function isSameInstant(expected: JsonValue, actual: JsonValue | undefined): boolean {
  if (typeof expected !== 'string' || typeof actual !== 'string' || !expected.includes('T')) return false;
  const instant = textToInstant(expected);
  return instant !== null && instant === textToInstant(actual);
}
