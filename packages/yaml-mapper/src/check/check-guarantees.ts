import type { SinkEventSchema } from '@sluice/core';
import { valuesOf, type CheckedEvent } from './checked-event.js';
import type { Permissions } from './checked-mapping.js';
import { ownEntry } from '../own-entry.js';
import { isPermitted, type Permission } from '../resolve/permissions.js';
import type { ProblemList } from '../problems/problem-list.js';
import { childrenOf, type Expression } from './expression.js';
import { referencesOf } from './references.js';

/** Checks that resending a record creates no second event, and that personal data leaves only where it is allowed. */
export function checkGuarantees(
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
    const expressions = valuesOf(field).map(({ expression }) => expression);
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
          `\`${reference.field}\` is personal data and is exported in \`${field.name}\``,
          'list it under personalData: { allows: […], because: … }, or send pseudonym(…, salt)',
        );
      }
      if (
        identity.has(field.name) &&
        schemaOfField?.changeable === true &&
        !isPermitted(reference.path, permissions.identity)
      ) {
        const when = identity.get(field.name) === 'utcDay' ? 'moves to another UTC day' : 'changes';
        problems.add(
          'identity-changeable',
          reference.span,
          `if \`${reference.field}\` ${when} later, resending the record creates a second event, because \`${field.name}\` is part of the identity`,
          'use a field that never changes, or accept it under identity: { accepts: […], because: … }',
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
        `the uuid does not depend on \`${missing.join('`, `')}\`, so different ${missing.includes('item') ? 'items' : 'records'} get the same uuid`,
        `include it: uuid5('…', concat(project_id, '-', id${missing.includes('item') ? ", '-', item" : ''}))`,
      );
    }
  }
}

export function reportUnused(permissions: readonly Permission[], problems: ProblemList): void {
  for (const { own, used, span } of permissions) {
    if (own && !used)
      problems.add('unused-permission', span, 'nothing in the mapping needs this permission', 'remove it');
  }
}

/** Follows each `event.x` once. */
function usesItem(expression: Expression, followed = new Set<Expression>()): boolean {
  if (expression.kind === 'item') return true;
  if (expression.kind === 'event') {
    if (followed.has(expression.target)) return false;
    followed.add(expression.target);
  }
  return childrenOf(expression).some((child) => usesItem(child, followed));
}
