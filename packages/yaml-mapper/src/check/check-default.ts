import type { LocatedText, Span } from '@sluice/core/document';
import { ProblemList } from '../problems/problem-list.js';
import { AbsentFields } from './absent-fields.js';
import { checkExpression } from './check-expression.js';
import type { Expression } from './expression.js';
import { expressionText } from './expression-text.js';
import { literal } from './constant.js';
import type { Scope } from './scope.js';

/**
 * Checks the expression that a sink has for a field which the mapping does not set. Its parts stand nowhere in the
 * mapping, so problems are about the event; what it reads of the event keeps its place.
 */
export function checkDefault(
  field: string,
  text: string,
  span: Span,
  scope: Scope,
  valueOf: (name: string) => Expression | undefined,
): Expression {
  const problems = new ProblemList();
  const located: LocatedText = { text, span, followedByComment: false, part: () => span };
  const stream = { ...scope.stream, fields: {} };
  const eventField = (name: string): Expression => valueOf(name) ?? literal(null, span);
  const checked = checkExpression(located, {
    stream,
    params: new Map(),
    functions: scope.functions,
    problems,
    absent: new AbsentFields(),
    eventField,
  });
  // That a value is never null, or always, is true of this mapping and no mistake in it.
  const error = problems.all().find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const message = `the sink's default for \`${field}\`, \`${text}\`, does not fit: ${error.message}`;
    return scope.problems.invalid('type-mismatch', span, message, `write \`${field}: …\` in the event`);
  }
  const value = withoutNulls(checked);
  if (value.span !== span || value.kind === 'event' || value.kind === 'literal') return value;
  return { ...value, text: textOf(text, valueOf) };
}

/** Decides what a null literal decides. */
function withoutNulls(expression: Expression): Expression {
  if (expression.kind !== 'binary') return expression;
  const { operator, span } = expression;
  const [left, right] = [withoutNulls(expression.left), withoutNulls(expression.right)];
  if (operator === '??' && left.type.name === 'null') return right;
  const areNull = left.type.name === 'null' && right.type.name === 'null';
  if ((operator === '==' || operator === '!=') && areNull) return literal(operator === '==', span);
  return { ...expression, left, right };
}

/** As a mapping would write it: with what it reads in the place of `event.user`. */
function textOf(text: string, valueOf: (name: string) => Expression | undefined): string {
  return text.replaceAll(/\bevent\.(\w+)/gu, (whole, name: string) => {
    const value = valueOf(name);
    if (value === undefined) return 'null';
    if (value.kind === 'event') return whole;
    const isSimple = ['field', 'literal', 'param', 'call', 'item', 'at', 'exactly'].includes(value.kind);
    return isSimple ? expressionText(value) : `(${expressionText(value)})`;
  });
}
