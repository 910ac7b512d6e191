import { FUNCTIONS } from '../functions/functions.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { Expression } from './expression.js';
import { fitType } from './fit-type.js';

const CONVERTED: readonly string[] = ['number', 'boolean', 'json'];

/** The value as a text, as the function `text` gives it. A list has none, which is a problem. */
export function asText(value: Expression, by: string, problems: ProblemList): Expression {
  const { type, span } = value;
  const definition = FUNCTIONS.get('text');
  if (definition !== undefined && CONVERTED.includes(type.name))
    return { kind: 'call', definition, values: [value], span, type: { name: 'text', nullable: true } };
  return type.name === 'text[]' ? fitType(value, { type: 'text', by }, problems) : value;
}
