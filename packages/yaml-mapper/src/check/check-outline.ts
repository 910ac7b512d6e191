import type { JsonValue } from '@sluice/core/adapter';
import type { EventOutline, EventProblem } from '@sluice/core/sink';
import type { SinkEventSchema } from '@sluice/core/config';
import type { Span } from '@sluice/core/document';
import type { Code } from '../problems/problem-codes.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { CheckedEvent } from './checked-event.js';

const CODES = {
  refused: 'refused-event',
  'not-sent': 'never-sent',
  unread: 'unread-name',
} as const satisfies Record<EventProblem['kind'], Code>;

/** Reports what the sink says about an event because of the fields that it has. */
export function checkOutline(event: CheckedEvent, schema: SinkEventSchema, problems: ProblemList): void {
  if (schema === 'any' || schema.eventProblems === undefined) return;
  for (const { kind, field, name, message, help } of schema.eventProblems(outlineOf(event)))
    problems.add(CODES[kind], spanOf(event, field, name), message, help);
}

function outlineOf({ name, fields }: CheckedEvent): EventOutline {
  const values = new Map<string, { readonly constant?: JsonValue }>();
  const maps = new Map<string, readonly string[]>();
  for (const field of fields) {
    if (field.kind === 'map')
      maps.set(
        field.name,
        field.names.map((each) => each.name),
      );
    else values.set(field.name, field.expression.kind === 'literal' ? { constant: field.expression.value } : {});
  }
  return { event: name, values, maps };
}

function spanOf({ span, fields }: CheckedEvent, fieldName: string | undefined, name: string | undefined): Span {
  const field = fields.find((each) => each.name === fieldName);
  const named = field?.kind === 'map' ? field.names.find((each) => each.name === name) : undefined;
  return (named ?? field)?.span ?? span;
}
