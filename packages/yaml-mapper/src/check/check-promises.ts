import type { SinkEventSchema } from '@sluice/core';
import type { CheckedEvent } from './checked-event.js';
import type { Permissions } from './checked-mapping.js';
import { ownEntry } from '../own-entry.js';
import { isPermitted, type Permission } from '../resolve/permissions.js';
import type { ProblemList } from '../problems/problem-list.js';
import { childrenOf, type Expression } from './expression.js';
import { referencesOf } from './references.js';

/** That sending again makes no second event, and that personal data leaves only where the mapping says so. */
export function checkPromises(
  event: CheckedEvent,
  schema: SinkEventSchema,
  permissions: Permissions,
  problems: ProblemList,
): void {
  const identity =
    schema === 'any'
      ? new Map([['uuid', undefined]])
      : new Map(schema.identity.map(({ field, precision }) => [field, precision]));
  const { fields: known, key } = event.stream;
  for (const field of event.fields) {
    const expressions = field.kind === 'value' ? [field.expression] : field.names.map(({ expression }) => expression);
    const references = expressions.flatMap((expression) => referencesOf(expression));
    for (const reference of references) {
      const schemaOfField = ownEntry(known, reference.field);
      if (
        schemaOfField?.personal === true &&
        reference.revealed &&
        !isPermitted(reference.path, permissions.personalData)
      ) {
        problems.add(
          'personal-data',
          reference.span,
          `\`${reference.field}\` is personal data and leaves in \`${field.name}\`.`,
          'Name it under personalData: { allows: […], because: … }, or send pseudonym(…, salt).',
        );
      }
      if (
        identity.has(field.name) &&
        schemaOfField?.changeable === true &&
        !isPermitted(reference.path, permissions.identity)
      ) {
        const when = identity.get(field.name) === 'utcDay' ? 'moves to another day (UTC)' : 'changes';
        problems.add(
          'identity-changeable',
          reference.span,
          `If \`${reference.field}\` ${when} after the event was sent, sending it again makes a second event, because \`${field.name}\` is part of its identity.`,
          'Use a field that never changes, or accept it under identity: { accepts: […], because: … }.',
        );
      }
    }
    if (field.name !== 'uuid' || expressions.some(({ type }) => type.name === 'invalid')) continue;
    const missing = key.filter(
      (name) =>
        !references.some((reference) => reference.field === name || reference.field === `${event.stream.name}.${name}`),
    );
    if (event.each !== undefined && !expressions.some((expression) => usesItem(expression))) missing.push('item');
    if (missing.length > 0) {
      problems.add(
        'uuid-without-key',
        expressions[0]?.span ?? field.span,
        `The uuid does not depend on \`${missing.join('`, `')}\`: different ${missing.includes('item') ? 'items' : 'records'} would get the same one.`,
        `Put it in: uuid5('…', concat(project_id, '-', id${missing.includes('item') ? ", '-', item" : ''})).`,
      );
    }
  }
}

export function reportUnused(permissions: readonly Permission[], problems: ProblemList): void {
  for (const { own, used, span } of permissions) {
    if (own && !used) problems.add('unused-permission', span, 'Nothing in the mapping needs this.', 'Remove it.');
  }
}

/** Each `event.x` is followed once. */
function usesItem(expression: Expression, followed = new Set<Expression>()): boolean {
  if (expression.kind === 'item') return true;
  if (expression.kind === 'event') {
    if (followed.has(expression.target)) return false;
    followed.add(expression.target);
  }
  return childrenOf(expression).some((child) => usesItem(child, followed));
}
