import type { FunctionDefinition } from './function-definition.js';
import { bounded, MAX_TEXT, text, texts } from './parameters.js';

/** Functions of lists of texts. */
export const LIST_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'split',
    doc: 'Splits a text at every `separator`.',
    example: ["split('a,b', ',')", ['a', 'b']],
    parameters: [text('value'), text('separator')],
    result: 'text[]',
    evaluate: (value: string, separator: string) => (separator === '' ? Array.from(value) : value.split(separator)),
  },
  {
    name: 'join',
    doc: 'Joins the items with `separator` between them.',
    example: ["join(['a', 'b'], ', ')", 'a, b'],
    parameters: [texts('list'), text('separator')],
    result: 'text',
    evaluate: (list: readonly string[], separator: string) =>
      list.length * separator.length > MAX_TEXT ? null : bounded(list.join(separator)),
  },
  {
    name: 'first',
    doc: 'Returns the first item; null for an empty list.',
    example: ["first(['a', 'b'])", 'a'],
    parameters: [texts('list')],
    result: 'text',
    nullable: true,
    evaluate: (list: readonly string[]) => list[0] ?? null,
  },
  {
    name: 'last',
    doc: 'Returns the last item; null for an empty list.',
    example: ["last(['a', 'b'])", 'b'],
    parameters: [texts('list')],
    result: 'text',
    nullable: true,
    evaluate: (list: readonly string[]) => list.at(-1) ?? null,
  },
  {
    name: 'unique',
    doc: 'Removes duplicate items.',
    example: ["unique(['b', 'a', 'b'])", ['b', 'a']],
    parameters: [texts('list')],
    result: 'text[]',
    evaluate: (list: readonly string[]) => [...new Set(list)],
  },
  {
    name: 'sort',
    doc: 'Sorts the items by code unit.',
    example: ["sort(['b', 'a'])", ['a', 'b']],
    parameters: [texts('list')],
    result: 'text[]',
    evaluate: (list: readonly string[]) => list.toSorted(),
  },
];
