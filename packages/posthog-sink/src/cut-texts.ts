import type { JsonObject, JsonValue } from '@sluice/core';
import { isList } from './clean-json.js';

/** Texts that people write and that can be of any size. Cut, largest first, before an event is rejected. */
const CUTTABLE = [
  'langfuse_score_comment',
  'langfuse_tags',
  'langfuse_trace_name',
  'langfuse_generation_name',
  'langfuse_score_name',
];

const MAX_TEXT_UNITS = 8_000;
const MAX_TAGS = 100;
const MAX_TAG_UNITS = 200;
const CUT_MARK = '… [cut]';

/** The properties with every large known text cut, and `$sluice_cut` naming which; undefined when nothing is large. */
export function cutLargeTexts(properties: JsonObject): JsonObject | undefined {
  const cuts = CUTTABLE.flatMap((name): [string, JsonValue][] => {
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
    .slice(0, MAX_TAGS)
    .map((item) => (typeof item === 'string' ? cutText(item, MAX_TAG_UNITS) : item));
  const isUnchanged = texts.length === value.length && texts.every((item, index) => item === value[index]);
  return isUnchanged ? value : texts;
}

/** Never between the two halves of a character. */
function cutText(text: string, maxUnits: number): string {
  if (text.length <= maxUnits) return text;
  const lastUnit = text.charCodeAt(maxUnits - 1);
  const endsInHalf = lastUnit >= 0xd800 && lastUnit <= 0xdbff;
  return text.slice(0, endsInHalf ? maxUnits - 1 : maxUnits) + CUT_MARK;
}
