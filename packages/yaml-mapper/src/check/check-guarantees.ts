import type { SinkEventSchema } from '@sluice/core/config';
import { isForbidden } from './check-forbidden.js';
import { valuesOf, type CheckedEvent, type CheckedMap, type CheckedValue } from './checked-event.js';
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
  const { fields } = event.stream;
  for (const field of event.fields) {
    const part = partOfIdentity(field.name, schema);
    for (const { path: exportedAs, expression } of valuesOf(field)) {
      for (const { field: name, path, span, revealed } of referencesOf(expression)) {
        const { personal, changeable } = ownEntry(fields, name) ?? {};
        const leaks = personal === true && revealed && !isForbidden(path, event.stream, permissions.forbidden);
        if (leaks && !isPermitted(path, permissions.personalData)) {
          const message = `\`${name}\` is personal data and is exported in \`${exportedAs}\``;
          const help = 'list it under personalData: { allows: […], because: … }, or send pseudonym(…, salt)';
          problems.add('personal-data', span, message, help);
        }
        if (part !== undefined && changeable === true && !isPermitted(path, permissions.identity)) {
          const change = part.precision === 'utcDay' ? 'moves to another UTC day' : 'changes';
          const message = `if \`${name}\` ${change} later, resending the record creates a second event, because \`${field.name}\` is part of the identity`;
          const help = 'use a field that never changes, or accept it under identity: { accepts: […], because: … }';
          problems.add('identity-changeable', span, message, help);
        }
      }
    }
    if (field.name === 'uuid') checkUuid(event, field, problems);
  }
}

/** How a field of the event is part of its identity; undefined if it is not. */
function partOfIdentity(
  name: string,
  schema: SinkEventSchema,
): Exclude<SinkEventSchema, 'any'>['identity'][number] | undefined {
  if (schema === 'any') return name === 'uuid' ? { field: name } : undefined;
  return schema.identity.find(({ field }) => field === name);
}

/** Checks that different records, and items of `each`, get different uuids. */
function checkUuid({ stream, each }: CheckedEvent, uuid: CheckedValue | CheckedMap, problems: ProblemList): void {
  const expressions = valuesOf(uuid).map(({ expression }) => expression);
  if (expressions.some(({ type }) => type.name === 'invalid')) return;
  const read = expressions.flatMap(referencesOf).map(({ field }) => field);
  const missing = stream.key.filter((name) => !read.includes(name) && !read.includes(`${stream.name}.${name}`));
  const needsItem = each !== undefined && !expressions.some((expression) => usesItem(expression));
  if (needsItem) missing.push('item');
  if (missing.length === 0) return;
  const message = `the uuid does not depend on \`${missing.join('`, `')}\`, so different ${needsItem ? 'items' : 'records'} get the same uuid`;
  const help = `include it: uuid5('…', concat(project_id, '-', id${needsItem ? ", '-', item" : ''}))`;
  problems.add('uuid-without-key', expressions[0]?.span ?? uuid.span, message, help);
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
