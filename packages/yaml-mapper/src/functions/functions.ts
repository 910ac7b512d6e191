import { createHmac, hash } from 'node:crypto';
import type { JsonValue } from '@sluice/core';
import type { FunctionDefinition, Parameter } from './function-definition.js';
import { instantToText, textToInstant } from './instant-text.js';
import { uuid5 } from './uuid5.js';

const MAX_TEXT = 1_000_000;
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/iu;

const text = (name: string, more?: Partial<Parameter>): Parameter => ({ name, types: ['text'], ...more });
const number = (name: string, more?: Partial<Parameter>): Parameter => ({ name, types: ['number'], ...more });
const texts = (name: string): Parameter => ({ name, types: ['text[]'] });
const bounded = (value: string): string | null => (value.length <= MAX_TEXT ? value : null);
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

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

function replaceAll(value: string, search: string, replacement: string): string | null {
  if (search === '') return value;
  const parts = value.split(search);
  return value.length + parts.length * replacement.length > MAX_TEXT ? null : parts.join(replacement);
}

function round(value: number, digits = 0): number | null {
  const factor = 10 ** Math.min(Math.max(Math.trunc(digits), 0), 15);
  const scaled = value * factor;
  return Number.isFinite(scaled) ? Math.round(scaled) / factor : value;
}

/** The closed list of functions. `convert(x, 'unit')` is one more: it is resolved while checking. */
const DEFINITIONS: readonly FunctionDefinition[] = [
  {
    name: 'concat',
    doc: 'The texts, one after another.',
    parameters: [text('part', { rest: true })],
    result: 'text',
    evaluate: (...parts: string[]) => bounded(parts.join('')),
  },
  {
    name: 'lower',
    doc: 'In lower case.',
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.toLowerCase(),
  },
  {
    name: 'upper',
    doc: 'In upper case.',
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.toUpperCase(),
  },
  {
    name: 'trim',
    doc: 'Without white space at both ends.',
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.trim(),
  },
  {
    name: 'replace',
    doc: 'Every occurrence replaced.',
    parameters: [text('value'), text('search'), text('replacement')],
    result: 'text',
    nullable: true,
    evaluate: replaceAll,
  },
  {
    name: 'substring',
    doc: 'The part from a position (0 is the first) up to another, which is left out.',
    parameters: [text('value'), number('from'), number('until', { optional: true })],
    result: 'text',
    evaluate: (value: string, from: number, until?: number) =>
      value.slice(Math.max(0, from), until === undefined ? undefined : Math.max(0, until)),
  },
  {
    name: 'startsWith',
    doc: 'Whether the text begins so.',
    parameters: [text('value'), text('start')],
    result: 'boolean',
    evaluate: (value: string, start: string) => value.startsWith(start),
  },
  {
    name: 'endsWith',
    doc: 'Whether the text ends so.',
    parameters: [text('value'), text('end')],
    result: 'boolean',
    evaluate: (value: string, end: string) => value.endsWith(end),
  },
  {
    name: 'contains',
    doc: 'Whether a text holds another, or a list an item.',
    parameters: [{ name: 'value', types: ['text', 'text[]'] }, text('part')],
    result: 'boolean',
    evaluate: (value: string | readonly string[], part: string) => value.includes(part),
  },
  {
    name: 'split',
    doc: 'The pieces between a separator.',
    parameters: [text('value'), text('separator')],
    result: 'text[]',
    evaluate: (value: string, separator: string) => value.split(separator),
  },
  {
    name: 'join',
    doc: 'The items with a separator between them.',
    parameters: [texts('list'), text('separator')],
    result: 'text',
    evaluate: (list: readonly string[], separator: string) =>
      list.length * separator.length > MAX_TEXT ? null : bounded(list.join(separator)),
  },
  {
    name: 'length',
    doc: 'How many characters, or items.',
    parameters: [{ name: 'value', types: ['text', 'text[]'] }],
    result: 'number',
    evaluate: (value: string | readonly string[]) => value.length,
  },
  {
    name: 'first',
    doc: 'The first item; null of an empty list.',
    parameters: [texts('list')],
    result: 'text',
    nullable: true,
    evaluate: (list: readonly string[]) => list[0] ?? null,
  },
  {
    name: 'last',
    doc: 'The last item; null of an empty list.',
    parameters: [texts('list')],
    result: 'text',
    nullable: true,
    evaluate: (list: readonly string[]) => list.at(-1) ?? null,
  },
  {
    name: 'unique',
    doc: 'Each item once.',
    parameters: [texts('list')],
    result: 'text[]',
    evaluate: (list: readonly string[]) => [...new Set(list)],
  },
  {
    name: 'sort',
    doc: 'The items in the order of their code units.',
    parameters: [texts('list')],
    result: 'text[]',
    evaluate: (list: readonly string[]) => list.toSorted(),
  },
  {
    name: 'list',
    doc: 'A JSON list of texts; null for anything else.',
    parameters: [{ name: 'value', types: ['json'] }],
    result: 'text[]',
    nullable: true,
    evaluate: toList,
  },
  {
    name: 'text',
    doc: 'A number, boolean or timestamp as text.',
    parameters: [{ name: 'value', types: ['text', 'number', 'boolean', 'json'] }],
    result: 'text',
    nullable: true,
    evaluate: toText,
  },
  {
    name: 'number',
    doc: 'The number that a text says; null if it says none.',
    parameters: [{ name: 'value', types: ['text', 'number', 'json'] }],
    result: 'number',
    nullable: true,
    unit: 'same',
    evaluate: toNumber,
  },
  {
    name: 'timestamp',
    doc: 'The moment that an ISO 8601 text says; null if it says none.',
    parameters: [text('value')],
    result: 'timestamp',
    nullable: true,
    evaluate: textToInstant,
  },
  {
    name: 'isoTime',
    doc: 'A moment as ISO 8601 text with milliseconds, in UTC.',
    parameters: [{ name: 'value', types: ['timestamp'] }],
    result: 'text',
    nullable: true,
    evaluate: instantToText,
  },
  {
    name: 'isoDate',
    doc: "A moment's date in UTC: `2026-01-31`.",
    parameters: [{ name: 'value', types: ['timestamp'] }],
    result: 'text',
    nullable: true,
    evaluate: (instant: number) => instantToText(instant)?.slice(0, -14) ?? null,
  },
  {
    name: 'secondsBetween',
    doc: 'How many seconds passed from one moment to another.',
    parameters: [
      { name: 'from', types: ['timestamp'] },
      { name: 'until', types: ['timestamp'] },
    ],
    result: 'number',
    unit: 's',
    evaluate: (from: number, until: number) => finite((until - from) / 1000),
  },
  {
    name: 'round',
    doc: 'Rounded, to so many digits after the point.',
    parameters: [number('value'), number('digits', { optional: true })],
    result: 'number',
    unit: 'same',
    evaluate: round,
  },
  {
    name: 'floor',
    doc: 'The next whole number below.',
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.floor,
  },
  {
    name: 'ceil',
    doc: 'The next whole number above.',
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.ceil,
  },
  {
    name: 'abs',
    doc: 'Without its sign.',
    parameters: [number('value')],
    result: 'number',
    unit: 'same',
    evaluate: Math.abs,
  },
  {
    name: 'min',
    doc: 'The smallest.',
    parameters: [number('value', { rest: true })],
    result: 'number',
    unit: 'same',
    evaluate: Math.min,
  },
  {
    name: 'max',
    doc: 'The largest.',
    parameters: [number('value', { rest: true })],
    result: 'number',
    unit: 'same',
    evaluate: Math.max,
  },
  {
    name: 'sha256',
    doc: 'The SHA-256 of a text in UTF-8, in hexadecimal.',
    parameters: [text('value')],
    result: 'text',
    pseudonymous: true,
    evaluate: (value: string) => hash('sha256', value, 'hex'),
  },
  {
    name: 'pseudonym',
    doc: 'The HMAC-SHA-256 of a text with a secret salt, in hexadecimal: the same person, no name.',
    parameters: [text('value'), text('salt')],
    result: 'text',
    pseudonymous: true,
    evaluate: (value: string, salt: string) => createHmac('sha256', salt).update(value).digest('hex'),
  },
  {
    name: 'uuid5',
    doc: 'The name-based uuid (version 5) of a text in a namespace.',
    parameters: [text('namespace'), text('name')],
    result: 'text',
    pseudonymous: true,
    evaluate: uuid5,
  },
];

export const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map(
  DEFINITIONS.map((definition) => [definition.name, definition]),
);
