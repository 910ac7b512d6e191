import type { JsonValue } from '@sluice/core/adapter';
import { ExactNumber } from '@sluice/core/source';
import { decimalText, isHeldExactly } from './decimal.js';
import type { FunctionDefinition } from './function-definition.js';
import { textToInstant } from './instant-text.js';
import { finite, text } from './parameters.js';

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/iu;

/** Functions that convert between types. */
export const CONVERSIONS: readonly FunctionDefinition[] = [
  {
    name: 'text',
    doc: 'Converts a number or a boolean to text; null for a JSON list or map. A number in JSON keeps all of its digits.',
    example: ['text(1.5)', '1.5'],
    parameters: [{ name: 'value', types: ['text', 'number', 'boolean', 'json'] }],
    result: 'text',
    nullable: true,
    evaluate: toText,
  },
  {
    name: 'number',
    doc: 'Parses a text as a number; null if it is not one, or has more digits than a number holds.',
    example: ["number('1e3')", 1000],
    parameters: [{ name: 'value', types: ['text', 'number', 'json'] }],
    result: 'number',
    nullable: true,
    unit: 'same',
    evaluate: toNumber,
  },
  {
    name: 'timestamp',
    doc: 'Parses an ISO 8601 text as a timestamp, a date or a time with its zone; null for anything else.',
    example: ["timestamp('2026-01-31')", '2026-01-31T00:00:00.000Z'],
    parameters: [text('value')],
    result: 'timestamp',
    nullable: true,
    evaluate: textToInstant,
  },
  {
    name: 'list',
    doc: 'Reads a JSON list of texts; null for anything else.',
    example: ['list(metadata.teams)', ['blue', 'red']],
    parameters: [{ name: 'value', types: ['json'] }],
    result: 'text[]',
    nullable: true,
    evaluate: toList,
  },
];

function toText(value: JsonValue): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return decimalText(value);
  if (typeof value === 'boolean') return String(value);
  return value instanceof ExactNumber ? value.digits : null;
}

function toNumber(value: JsonValue): number | null {
  if (typeof value === 'number') return finite(value);
  if (typeof value !== 'string' || !DECIMAL.test(value)) return null;
  const number = finite(Number(value));
  // A fraction has a nearest number; a whole number, such as an id, would become another one.
  return number !== null && Number.isInteger(number) && !isHeldExactly(value.trim()) ? null : number;
}

function toList(value: JsonValue): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}
