import { childrenOf, type Expression } from '../check/expression.js';

export type FieldExpression = Expression & { readonly kind: 'field' };

/** Every field in an expression, apart from those of other values of the event. */
export function fieldsIn(expression: Expression): readonly FieldExpression[] {
  if (expression.kind === 'field') return [expression];
  return expression.kind === 'event' ? [] : childrenOf(expression).flatMap(fieldsIn);
}

/** The fields whose values are read for every record, whatever the other values are. */
export function fieldsAlwaysRead(expression: Expression): readonly FieldExpression[] {
  if (expression.kind === 'field') return [expression];
  if (expression.kind === 'exactly') return fieldsAlwaysRead(expression.operand);
  return expression.kind === 'binary' && expression.operator === '??' ? fieldsAlwaysRead(expression.left) : [];
}

/** Whether an expression reads another value of the event. */
export function readsEvent(expression: Expression): boolean {
  return expression.kind === 'event' || childrenOf(expression).some(readsEvent);
}
