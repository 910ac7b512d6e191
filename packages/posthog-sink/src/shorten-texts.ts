import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import { isList } from './clean-json.js';

const MAX_TEXT_UNITS = 8_000;
const MAX_LIST_ITEMS = 100;
const MAX_ITEM_UNITS = 200;
const CUT_MARK = '… [cut]';

/** The properties with the named large texts cut, and `$sluice_cut` naming which; undefined when none is large. */
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
  if (!isList(value)) return value ?? null;
  const texts = value
    .slice(0, MAX_LIST_ITEMS)
    .map((item) => (typeof item === 'string' ? cutText(item, MAX_ITEM_UNITS) : item));
  const isUnchanged = texts.length === value.length && texts.every((item, index) => item === value[index]);
  return isUnchanged ? value : texts;
}

/** Never cuts between the two halves of a character. */
function cutText(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  const lastUnit = text.charCodeAt(maxUnits - 1);
  const endsInHalf = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return text.slice(0, endsInHalf ? maxUnits - 1 : maxUnits) + CUT_MARK;
}
