import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { cleanJson, cleanText } from './clean-json.js';
import { propertyName } from './reserved-names.js';

/** `JSON.stringify` writes whatever PostHog's parser refuses with this escape, and some valid text too. */
const SUSPECT = String.raw`\u`;

/** Names that are sent unchanged: a mapping has some dozens. Names that come from data cannot fill the memory. */
const plainNames = new Set<string>();
const MOST_PLAIN_NAMES = 10_000;

/**
 * The properties as JSON text for PostHog's parser: clean text, finite numbers, bounded depth, reserved names renamed.
 * Nearly all properties need no change and are written without a copy.
 */
export function propertiesText(properties: JsonValue | undefined): string {
  if (!isObject(properties)) return '{}';
  if (isPlain(properties)) {
    const text = JSON.stringify(properties);
    if (!text.includes(SUSPECT)) return text;
  }
  return JSON.stringify(cleanProperties(properties));
}

/** The same as an object. */
export function cleanProperties(properties: JsonValue | undefined): JsonObject {
  const clean: Record<string, JsonValue> = {};
  if (!isObject(properties)) return clean;
  for (const [name, value] of Object.entries(properties)) {
    define(clean, propertyName(cleanText(name)), cleanJson(value));
  }
  return clean;
}

/** The properties to set on the person, as JSON text; undefined when there are none. */
export function personText(properties: JsonValue | undefined): string | undefined {
  if (!isObject(properties)) return undefined;
  const clean: Record<string, JsonValue> = {};
  let isEmpty = true;
  for (const [name, value] of Object.entries(properties)) {
    if (value === null) continue;
    define(clean, cleanText(name), cleanJson(value));
    isEmpty = false;
  }
  return isEmpty ? undefined : JSON.stringify(clean);
}

function isPlain(properties: JsonObject): boolean {
  for (const name of Object.keys(properties)) {
    if (!plainNames.has(name) && !isPlainName(name)) return false;
    const value = properties[name];
    if (typeof value === 'object' && value !== null && !isFlatList(value)) return false;
  }
  return true;
}

function isPlainName(name: string): boolean {
  const isPlainOne = propertyName(cleanText(name)) === name;
  if (isPlainOne && plainNames.size < MOST_PLAIN_NAMES) plainNames.add(name);
  return isPlainOne;
}

function isFlatList(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object');
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object';
}

function define(properties: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__') Object.defineProperty(properties, name, { value, enumerable: true });
  else properties[name] = value;
}
