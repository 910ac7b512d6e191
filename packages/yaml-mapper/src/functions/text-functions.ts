import type { FunctionDefinition } from './function-definition.js';
import { bounded, MAX_TEXT, number, text } from './parameters.js';

/** Functions over texts. */
export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'concat',
    doc: 'The texts, one after another.',
    example: ["concat('a', '-', 'b')", 'a-b'],
    parameters: [text('part', { rest: true })],
    result: 'text',
    evaluate: (...parts: string[]) => bounded(parts.join('')),
  },
  {
    name: 'lower',
    doc: 'In lower case.',
    example: ["lower('GPT')", 'gpt'],
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.toLowerCase(),
  },
  {
    name: 'upper',
    doc: 'In upper case.',
    example: ["upper('gpt')", 'GPT'],
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.toUpperCase(),
  },
  {
    name: 'trim',
    doc: 'Without white space at both ends.',
    example: ["trim(' a ')", 'a'],
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.trim(),
  },
  {
    name: 'replace',
    doc: 'Every occurrence replaced.',
    example: ["replace('a-b-c', '-', '/')", 'a/b/c'],
    parameters: [text('value'), text('search'), text('replacement')],
    result: 'text',
    nullable: true,
    evaluate: replaceAll,
  },
  {
    name: 'substring',
    doc: 'The part from a position (0 is the first) up to another, which is left out.',
    example: ["substring('abcdef', 1, 3)", 'bc'],
    parameters: [text('value'), number('from'), number('until', { optional: true })],
    result: 'text',
    evaluate: (value: string, from: number, until?: number) =>
      value.slice(Math.max(0, from), until === undefined ? undefined : Math.max(0, until)),
  },
  {
    name: 'startsWith',
    doc: 'Whether the text begins so.',
    example: ["startsWith('gpt-4', 'gpt')", true],
    parameters: [text('value'), text('start')],
    result: 'boolean',
    evaluate: (value: string, start: string) => value.startsWith(start),
  },
  {
    name: 'endsWith',
    doc: 'Whether the text ends so.',
    example: ["endsWith('report.pdf', '.pdf')", true],
    parameters: [text('value'), text('end')],
    result: 'boolean',
    evaluate: (value: string, end: string) => value.endsWith(end),
  },
  {
    name: 'contains',
    doc: 'Whether a text holds another, or a list an item.',
    example: ["contains(['a', 'b'], 'b')", true],
    parameters: [{ name: 'value', types: ['text', 'text[]'] }, text('part')],
    result: 'boolean',
    evaluate: (value: string | readonly string[], part: string) => value.includes(part),
  },
  {
    name: 'length',
    doc: 'How many characters, or items.',
    example: ["length('abc')", 3],
    parameters: [{ name: 'value', types: ['text', 'text[]'] }],
    result: 'number',
    evaluate: (value: string | readonly string[]) => value.length,
  },
];

function replaceAll(value: string, search: string, replacement: string): string | null {
  if (search === '') return value;
  const parts = value.split(search);
  return value.length + parts.length * replacement.length > MAX_TEXT ? null : parts.join(replacement);
}
