import { ExactNumber, type FieldSchema, type FieldValue } from '@sluice/core/source';
import type { Choices } from './fuzz-target.js';

const TEXTS = ['', 'a', ' ', '__proto__', '\uD800', '\0', '😀', '1e999', '2026-01-31T09:30:00Z', 'x'.repeat(1000)];
const NUMBERS = [0, -0, 1, -1, 1.005, 1e21, 1e-9, 5e-324, Number.MAX_VALUE, Number.MAX_SAFE_INTEGER];
const TIMES = [0, Date.UTC(2026, 0, 31, 9, 30), -62_135_596_800_000, 253_402_300_799_999, 8.64e15, -8.64e15];

/** A value that a source may deliver: of the field's type, but seldom an everyday one. */
export function aFieldValue({ type, nullable }: Pick<FieldSchema, 'type' | 'nullable'>, choices: Choices): FieldValue {
  if (nullable && choices.once(4)) return null;
  switch (type) {
    case 'text':
      return choices.of(TEXTS);
    case 'number':
      return choices.of(NUMBERS);
    case 'boolean':
      return choices.once(2);
    case 'timestamp':
      return choices.of(TIMES);
    case 'text[]':
      return Array.from({ length: choices.below(4) }, () => choices.of(TEXTS));
    case 'json':
    default:
      return aJsonValue(choices, 0);
  }
}

function aJsonValue(choices: Choices, depth: number): FieldValue {
  if (depth > 3 || choices.once(2))
    return choices.of([...TEXTS, ...NUMBERS, null, true, new ExactNumber('9007199254740993')]) as FieldValue;
  const parts = Array.from({ length: choices.below(4) }, () => aJsonValue(choices, depth + 1));
  if (choices.once(2)) return parts;
  return Object.fromEntries(
    parts.map((part) => [choices.of(['a', 'b', 'id', 'level', '__proto__', 'toString']), part]),
  );
}
