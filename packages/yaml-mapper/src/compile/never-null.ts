import type { Expression } from '../check/expression.js';

/** Whether an expression has a value for every record, even for one that violates its schema. */
export function neverNull(expression: Expression): boolean {
  const { kind } = expression;
  if (kind === 'literal' || kind === 'param') return expression.value !== null;
  if (kind === 'item') return true;
  if (kind === 'unary') return expression.operator === '!';
  if (kind === 'binary' && expression.operator === '??')
    return neverNull(expression.left) || neverNull(expression.right);
  if (kind === 'binary') return expression.type.name === 'boolean';
  if (kind === 'choice') return neverNull(expression.chosen) && neverNull(expression.otherwise);
  if (kind !== 'enum' || expression.otherwise === undefined) return false;
  return neverNull(expression.otherwise) && expression.table.every(([, value]) => value !== null);
}
