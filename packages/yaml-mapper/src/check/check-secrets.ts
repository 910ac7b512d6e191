import type { ProblemList } from '../problems/problem-list.js';
import type { CheckedEvent } from './checked-event.js';
import { childrenOf, type Expression } from './expression.js';
import type { Param } from './scope.js';

/** That a salt is a secret, and that a secret is nothing but a salt. */
export function checkSecrets(event: CheckedEvent, params: ReadonlyMap<string, Param>, problems: ProblemList): void {
  const isSecret = (expression: Expression): boolean =>
    expression.kind === 'param' && params.get(expression.name)?.declared === 'secret';
  const visit = (expression: Expression): void => {
    if (isSecret(expression)) problems.add('secret-leaves', expression.span, 'A secret stands where it could be seen.');
    // What `event.x` stands for is a value of the event, and visited as such.
    if (expression.kind === 'event') return;
    for (const [index, child] of childrenOf(expression).entries()) {
      const isSalt = expression.kind === 'call' && expression.definition.parameters[index]?.secret === true;
      if (!isSalt) visit(child);
      else if (!isSecret(child) && child.type.name !== 'invalid')
        problems.add('salt-not-secret', child.span, 'The salt is not a parameter of type `secret`.');
    }
  };
  for (const { expression } of event.conditions) visit(expression);
  if (event.each !== undefined) visit(event.each);
  for (const field of event.fields) {
    if (field.kind === 'value') visit(field.expression);
    else for (const { expression } of field.names) visit(expression);
  }
}
