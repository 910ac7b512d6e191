import { hasHalfCharacter } from '@sluice/core/document';
import type { FunctionDefinition } from './function-definition.js';
import { bounded, MAX_TEXT, number, text } from './parameters.js';

/** Functions of texts. */
export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'concat',
    doc: 'Joins the texts.',
    example: ["concat('a', '-', 'b')", 'a-b'],
    parameters: [text('part', { rest: true })],
    result: 'text',
    evaluate: (...parts: string[]) => bounded(parts.join('')),
  },
  {
    name: 'lower',
    doc: 'Converts to lower case.',
    example: ["lower('GPT')", 'gpt'],
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.toLowerCase(),
  },
  {
    name: 'upper',
    doc: 'Converts to upper case.',
    example: ["upper('gpt')", 'GPT'],
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.toUpperCase(),
  },
  {
    name: 'trim',
    doc: 'Removes white space at both ends.',
    example: ["trim(' a ')", 'a'],
    parameters: [text('value')],
    result: 'text',
    evaluate: (value: string) => value.trim(),
  },
  {
    name: 'replace',
    doc: 'Replaces every occurrence of `search`.',
    example: ["replace('a-b-c', '-', '/')", 'a/b/c'],
    parameters: [text('value'), text('search'), text('replacement')],
    result: 'text',
    nullable: true,
    evaluate: replaceAll,
  },
  {
    name: 'substring',
    doc: 'Returns the part from position `from` (the first is 0) to before `until`, counted as by `length`. Half of a character is left out.',
    example: ["substring('abcdef', 1, 3)", 'bc'],
    parameters: [text('value'), number('from'), number('until', { optional: true })],
    result: 'text',
    evaluate: (value: string, from: number, until?: number) =>
      wholeCharacters(value.slice(Math.max(0, from), until === undefined ? undefined : Math.max(0, until)), value),
  },
  {
    name: 'startsWith',
    doc: 'True if the text starts with `start`.',
    example: ["startsWith('gpt-4', 'gpt')", true],
    parameters: [text('value'), text('start')],
    result: 'boolean',
    evaluate: (value: string, start: string) => value.startsWith(start),
  },
  {
    name: 'endsWith',
    doc: 'True if the text ends with `end`.',
    example: ["endsWith('report.pdf', '.pdf')", true],
    parameters: [text('value'), text('end')],
    result: 'boolean',
    evaluate: (value: string, end: string) => value.endsWith(end),
  },
  {
    name: 'contains',
    doc: 'True if the text contains `part`, or the list has the item `part`.',
    example: ["contains(['a', 'b'], 'b')", true],
    parameters: [{ name: 'value', types: ['text', 'text[]'] }, text('part')],
    result: 'boolean',
    evaluate: (value: string | readonly string[], part: string) => value.includes(part),
  },
  {
    name: 'length',
    doc: 'Counts items, or characters in UTF-16, where an emoji counts 2.',
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

/** A part of a text without the halves of characters at its ends, unless the text has such halves itself. */
function wholeCharacters(part: string, value: string): string {
  if (!hasHalfCharacter(part) || hasHalfCharacter(value)) return part;
  return part.replace(/^[\uDC00-\uDFFF]/u, '').replace(/[\uD800-\uDBFF]$/u, '');
}
