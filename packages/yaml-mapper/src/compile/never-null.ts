import type { Expression } from '../check/expression.js';

/** Whether an expression has a value for every record, even for one that violates its schema. */
export function neverNull(expression: Expression): boolean {
  switch (expression.kind) {
    case 'literal':
    case 'param':
      return expression.value !== null;
    case 'item':
      return true;
    case 'unary':
      return expression.operator === '!';
    case 'binary':
      if (expression.operator === '??') return neverNull(expression.left) || neverNull(expression.right);
      return expression.type.name === 'boolean';
    case 'choice':
      return neverNull(expression.chosen) && neverNull(expression.otherwise);
    case 'enum':
      return (
        expression.otherwise !== undefined &&
        neverNull(expression.otherwise) &&
        expression.table.every(([, value]) => value !== null)
      );
    case 'event':
    case 'list':
    case 'exactly':
    case 'scale':
    case 'at':
    case 'invalid':
    case 'field':
    case 'call':
    case 'url':
    case 'guarded':
    default:
      return false;
  }
}
