import type { FunctionDefinition } from './function-definition.js';
import { bounded, MAX_TEXT, text, texts } from './parameters.js';

/** Functions over lists of texts. */
export const LIST_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'split',
    doc: 'The pieces between a separator.',
    example: ["split('a,b', ',')", ['a', 'b']],
    parameters: [text('value'), text('separator')],
    result: 'text[]',
    evaluate: (value: string, separator: string) => value.split(separator),
  },
  {
    name: 'join',
    doc: 'The items with a separator between them.',
    example: ["join(['a', 'b'], ', ')", 'a, b'],
    parameters: [texts('list'), text('separator')],
    result: 'text',
    evaluate: (list: readonly string[], separator: string) =>
      list.length * separator.length > MAX_TEXT ? null : bounded(list.join(separator)),
  },
  {
    name: 'first',
    doc: 'The first item; null of an empty list.',
    example: ["first(['a', 'b'])", 'a'],
    parameters: [texts('list')],
    result: 'text',
    nullable: true,
    evaluate: (list: readonly string[]) => list[0] ?? null,
  },
  {
    name: 'last',
    doc: 'The last item; null of an empty list.',
    example: ["last(['a', 'b'])", 'b'],
    parameters: [texts('list')],
    result: 'text',
    nullable: true,
    evaluate: (list: readonly string[]) => list.at(-1) ?? null,
  },
  {
    name: 'unique',
    doc: 'Each item once.',
    example: ["unique(['b', 'a', 'b'])", ['b', 'a']],
    parameters: [texts('list')],
    result: 'text[]',
    evaluate: (list: readonly string[]) => [...new Set(list)],
  },
  {
    name: 'sort',
    doc: 'The items in the order of their code units.',
    example: ["sort(['b', 'a'])", ['a', 'b']],
    parameters: [texts('list')],
    result: 'text[]',
    evaluate: (list: readonly string[]) => list.toSorted(),
  },
];
