import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { isList } from './clean-json.js';

const MAX_TEXT_UNITS = 8_000;
const MAX_LIST_ITEMS = 100;
const MAX_ITEM_UNITS = 200;
/** Of a text within a JSON object, such as a message. */
const MAX_NESTED_UNITS = 2_000;
const CUT_MARK = '… [cut]';

/** The properties with the named large texts cut, those within JSON too, and `$sluice_cut` naming which; undefined when none is large. */
export function shortenTexts(properties: JsonObject, names: readonly string[]): JsonObject | undefined {
  const cuts = names.flatMap((name): [string, JsonValue][] => {
    const before = properties[name];
    const after = cut(before);
    return before === undefined || after === before ? [] : [[name, after]];
  });
  if (cuts.length === 0) return undefined;
  return { ...properties, ...Object.fromEntries(cuts), $sluice_cut: cuts.map(([name]) => name) };
}

function cut(value: JsonValue | undefined): JsonValue {
  if (typeof value === 'string') return cutText(value, MAX_TEXT_UNITS);
  return cutNested(value ?? null, isList(value) ? MAX_ITEM_UNITS : MAX_NESTED_UNITS);
}

/** The value itself if nothing in it is too long. */
function cutNested(value: JsonValue, maxUnits: number): JsonValue {
  if (typeof value === 'string') return cutText(value, maxUnits);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) {
    const items = value.slice(0, MAX_LIST_ITEMS).map((item) => cutNested(item, maxUnits));
    const isUnchanged = items.length === value.length && items.every((item, index) => item === value[index]);
    return isUnchanged ? value : items;
  }
  const entries = Object.entries(value).map(([name, part]) => [name, cutNested(part, MAX_NESTED_UNITS)] as const);
  return entries.every(([name, part]) => part === value[name]) ? value : Object.fromEntries(entries);
}

/** Never cuts between the two halves of a character. */
function cutText(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  const lastUnit = text.charCodeAt(maxUnits - 1);
  const endsInHalf = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return text.slice(0, endsInHalf ? maxUnits - 1 : maxUnits) + CUT_MARK;
}
