import type { ConstantProblem } from '@sluice/core/sink';
import type { SinkEventSchema } from '@sluice/core/config';
import type { Code } from '../problems/problem-codes.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { Span } from '@sluice/core/document';
import type { CheckedEvent } from './checked-event.js';
import type { Expression } from './expression.js';

const CODES = {
  refused: 'refused-constant',
  changed: 'changed-constant',
  unread: 'unread-name',
} as const satisfies Record<ConstantProblem['kind'], Code>;

/** Checks texts that stand in the mapping itself: what the sink refuses or changes is the same for every record. */
export function checkConstants(event: CheckedEvent, schema: SinkEventSchema, problems: ProblemList): void {
  if (schema === 'any' || schema.constantProblem === undefined) return;
  const { constantProblem } = schema;
  const check = (field: string, text: string, span: Span): void => {
    const problem = constantProblem(field, text);
    if (problem === undefined) return;
    problems.add(CODES[problem.kind], span, problem.message, problem.help);
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
  if (expression.kind === 'literal' || expression.kind === 'param') {
    return typeof expression.value === 'string' ? [{ text: expression.value, span }] : [];
  }
  if (expression.kind === 'choice') return [expression.chosen, expression.otherwise].flatMap(textsOf);
  if (expression.kind === 'binary' && expression.operator === '??') {
    return [expression.left, expression.right].flatMap(textsOf);
  }
  if (expression.kind === 'guarded') return textsOf(expression.value);
  if (expression.kind !== 'enum') return [];
  const entries = expression.table.flatMap(([, value]) => (typeof value === 'string' ? [{ text: value, span }] : []));
  return expression.otherwise === undefined ? entries : [...entries, ...textsOf(expression.otherwise)];
}
