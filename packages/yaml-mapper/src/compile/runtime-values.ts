import type { JsonValue } from '@sluice/core/adapter';
import { ExactNumber } from '@sluice/core/source';
import { isUuid } from '../functions/uuid5.js';

const MAX_JSON_DEPTH = 200;
const UNRESERVED = /^[\w.~-]*$/u;
const LONE_SURROGATE = /[\uD800-\uDFFF]/gu;

// Functions that generated code calls. A value that violates its schema becomes null, never a value of another type.

export function textsOrNull(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const items: readonly unknown[] = value;
  // By index: `every` skips holes.
  for (let index = 0; index < items.length; index += 1) if (typeof items[index] !== 'string') return null;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every item was checked
  return items as readonly string[];
}

/** The value, if it is JSON at every depth. Numbers that no double holds stay as they are, for `text(…)`. */
export function jsonOrNull(value: unknown): JsonValue {
  return isJson(value, 0) ? value : null;
}

/** The value as it is sent, if it is JSON at every depth: a number in it that no double holds becomes null. */
export function jsonToSend(value: unknown): JsonValue {
  hasExactNumber = false;
  if (!isJson(value, 0)) return null;
  return hasExactNumber ? withoutExactNumbers(value) : value;
}

/** Set by the latest `isJson`, so that ordinary values are walked once. */
let hasExactNumber = false;

function withoutExactNumbers(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return null;
  if (Array.isArray(value)) return value.map(withoutExactNumbers);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutExactNumbers(part)]));
}

function isJson(value: unknown, depth: number): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    for (let index = 0; index < items.length; index += 1) if (!isJson(items[index], depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === ExactNumber.prototype) {
    hasExactNumber = true;
    return true;
  }
  return (
    (prototype === Object.prototype || prototype === null) &&
    Object.values(value).every((item) => isJson(item, depth + 1))
  );
}

export function uuidOrNull(value: unknown): string | null {
  return typeof value === 'string' && isUuid(value) ? value.toLowerCase() : null;
}

export function same(a: JsonValue, b: JsonValue): boolean {
  if (a instanceof ExactNumber && b instanceof ExactNumber) return a.digits === b.digits;
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Percent-encodes a text. A lone surrogate, which has no UTF-8, becomes the replacement character. */
export function encode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text.replaceAll(LONE_SURROGATE, '\uFFFD'));
}
