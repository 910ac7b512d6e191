import type { JsonValue } from '@sluice/core/adapter';
import { ExactNumber } from '@sluice/core/source';
import type { FunctionDefinition } from './function-definition.js';

/** Each matches in time that grows with the length of the text alone. */
const MASKS: readonly (readonly [pattern: RegExp, mask: string])[] = [
  [/(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?:AKIA|ASIA)[A-Z\d]{16}(?![\w-]))/gu, '[secret]'],
  [/(?<![\w-])[a-z]{2,8}[-_](?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{20,}/gu, '[secret]'],
  [/(?<=\bBearer\s{1,4})[\w.~+/=-]{16,}/gu, '[secret]'],
  [/[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}/gu, '[email]'],
  // Not a date, and not the digits behind a decimal point. Digits in a row are one step: millions would exceed the stack.
  [/(?<![\w.])(?!\d{4}-\d\d-\d\d)\+?\d(?:[ ()-]{0,2}\d){8}\d*(?:[ ()-]{1,2}\d+)*(?!\w)/gu, '[number]'],
];

export const MASK_FUNCTION: FunctionDefinition = {
  name: 'mask',
  doc: 'Replaces e-mail addresses, numbers of nine digits and more, and keys in every text of a JSON value.',
  example: ["mask('Ada <ada@example.com>, +49 170 1234567')", 'Ada <[email]>, [number]'],
  parameters: [{ name: 'value', types: ['json', 'text'] }],
  result: 'json',
  nullable: true,
  evaluate: (value: NonNullable<JsonValue>) => masked(value),
};

/** Names of JSON objects and JSON numbers stay as they are. A number that no double holds is null, as in a value that is sent. */
function masked(value: JsonValue): JsonValue {
  if (typeof value === 'string') return maskedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof ExactNumber) return null;
  if (Array.isArray(value)) return value.map(masked);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, masked(part)]));
}

function maskedText(text: string): string {
  return MASKS.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), text);
}
