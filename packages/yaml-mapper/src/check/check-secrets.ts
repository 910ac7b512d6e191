import type { ProblemList } from '../problems/problem-list.js';
import { valuesOf, type CheckedEvent } from './checked-event.js';
import { childrenOf, type Expression } from './expression.js';
import type { Param } from './scope.js';

/** Checks that every salt is a secret and that every secret is used only as a salt. */
export function checkSecrets(event: CheckedEvent, params: ReadonlyMap<string, Param>, problems: ProblemList): void {
  const isSecret = (expression: Expression): boolean =>
    expression.kind === 'param' && params.get(expression.name)?.declared === 'secret';
  const visit = (expression: Expression): void => {
    if (isSecret(expression)) problems.add('secret-leaves', expression.span, 'a secret would be readable here');
    // The value that `event.x` reads is visited as a field of the event.
    if (expression.kind === 'event') return;
    for (const [index, child] of childrenOf(expression).entries()) {
      const isSalt = expression.kind === 'call' && expression.definition.parameters[index]?.secret === true;
      if (!isSalt) visit(child);
      else if (!isSecret(child) && child.type.name !== 'invalid')
        problems.add('salt-not-secret', child.span, 'the salt must be a parameter of type `secret`');
    }
  };
  for (const { expression } of event.conditions) visit(expression);
  if (event.final !== undefined) visit(event.final.when);
  if (event.each !== undefined) visit(event.each);
  for (const { expression } of event.fields.flatMap(valuesOf)) visit(expression);
}
