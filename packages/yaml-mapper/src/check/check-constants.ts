import type { SinkEventSchema } from '@sluice/core/config';
import type { ProblemList } from '../problems/problem-list.js';
import type { Span } from '@sluice/core/document';
import type { CheckedEvent } from './checked-event.js';
import type { Expression } from './expression.js';

/** Checks texts that stand in the mapping itself: what the sink refuses or changes is the same for every record. */
export function checkConstants(event: CheckedEvent, schema: SinkEventSchema, problems: ProblemList): void {
  if (schema === 'any' || schema.constantProblem === undefined) return;
  const { constantProblem } = schema;
  const check = (field: string, text: string, span: Span): void => {
    const problem = constantProblem(field, text);
    if (problem === undefined) return;
    problems.add(
      problem.kind === 'refused' ? 'refused-constant' : 'changed-constant',
      span,
      problem.message,
      problem.help,
    );
  };
  check('event', event.name, event.span);
  for (const field of event.fields) {
    if (field.kind === 'map') for (const { name, span } of field.names) check(field.name, name, span);
    else for (const { text, span } of textsOf(field.expression)) check(field.name, text, span);
  }
}

interface ConstantText {
  readonly text: string;
  readonly span: Span;
}

/** The texts in an expression that can be its value, such as the last one of `user_id ?? 'anonymous'`. */
function textsOf(expression: Expression): readonly ConstantText[] {
  const { span } = expression;
  switch (expression.kind) {
    case 'literal':
    case 'param':
      return typeof expression.value === 'string' ? [{ text: expression.value, span }] : [];
    case 'choice':
      return [...textsOf(expression.chosen), ...textsOf(expression.otherwise)];
    case 'binary':
      return expression.operator === '??' ? [...textsOf(expression.left), ...textsOf(expression.right)] : [];
    case 'guarded':
      return textsOf(expression.value);
    case 'enum':
      return [
        ...expression.table.flatMap(([, value]) => (typeof value === 'string' ? [{ text: value, span }] : [])),
        ...(expression.otherwise === undefined ? [] : textsOf(expression.otherwise)),
      ];
    case 'invalid':
    case 'field':
    case 'event':
    case 'item':
    case 'list':
    case 'at':
    case 'unary':
    case 'call':
    case 'scale':
    case 'exactly':
    case 'url':
      return [];
  }
}
