import type { JsonValue } from '@sluice/core/adapter';
import type { FunctionDefinition } from './function-definition.js';
import { textToInstant } from './instant-text.js';
import { finite, text } from './parameters.js';

const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/iu;

/** Functions that convert between types. */
export const CONVERSIONS: readonly FunctionDefinition[] = [
  {
    name: 'text',
    doc: 'Converts a number or a boolean to text; null for a JSON list or map.',
    example: ['text(1.5)', '1.5'],
    parameters: [{ name: 'value', types: ['text', 'number', 'boolean', 'json'] }],
    result: 'text',
    nullable: true,
    evaluate: toText,
  },
  {
    name: 'number',
    doc: 'Parses a text as a number; null if it is not one.',
    example: ["number('1e3')", 1000],
    parameters: [{ name: 'value', types: ['text', 'number', 'json'] }],
    result: 'number',
    nullable: true,
    unit: 'same',
    evaluate: toNumber,
  },
  {
    name: 'timestamp',
    doc: 'Parses an ISO 8601 text as a timestamp; null if it is not one.',
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
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function toNumber(value: JsonValue): number | null {
  if (typeof value === 'number') return finite(value);
  return typeof value === 'string' && DECIMAL.test(value) ? finite(Number(value)) : null;
}

function toList(value: JsonValue): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
}
