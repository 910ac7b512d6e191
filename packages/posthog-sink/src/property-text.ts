import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { cleanEntries, cleanText } from './clean-json.js';
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
  return isObject(properties) ? cleanEntries(Object.entries(properties), (name) => propertyName(cleanText(name))) : {};
}

/** The properties without some names, of which a mapping has a few at most. */
export function withoutNames(properties: JsonValue | undefined, names: readonly string[]): JsonValue | undefined {
  if (!isObject(properties) || !names.some((name) => Object.hasOwn(properties, name))) return properties;
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/** The properties to set on the person, as JSON text; undefined when there are none. */
export function personText(properties: JsonValue | undefined): string | undefined {
  if (!isObject(properties)) return undefined;
  const set = Object.entries(properties).filter(([, value]) => value !== null);
  return set.length === 0 ? undefined : JSON.stringify(cleanEntries(set, cleanText));
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
