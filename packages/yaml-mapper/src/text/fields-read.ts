import { childrenOf, type Expression } from '../check/expression.js';

export type FieldExpression = Expression & { readonly kind: 'field' };

/** Every field in an expression. */
export function fieldsIn(expression: Expression): readonly FieldExpression[] {
  return expression.kind === 'field' ? [expression] : childrenOf(expression).flatMap(fieldsIn);
}

/** The fields whose values are read for every record, whatever the other values are. */
export function fieldsAlwaysRead(expression: Expression): readonly FieldExpression[] {
  if (expression.kind === 'field') return [expression];
  if (expression.kind === 'event') return fieldsAlwaysRead(expression.target);
  if (expression.kind === 'exactly') return fieldsAlwaysRead(expression.operand);
  return expression.kind === 'binary' && expression.operator === '??' ? fieldsAlwaysRead(expression.left) : [];
}
