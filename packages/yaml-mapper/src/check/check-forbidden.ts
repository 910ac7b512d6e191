import type { SinkEventSchema } from '@sluice/core/config';
import type { Span } from '@sluice/core/document';
import type { StreamSchema } from '@sluice/core/source';
import type { Permission } from '../resolve/permissions.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { PathStep } from './check-path.js';
import { overlaps } from './check-pseudonyms.js';
import { valuesOf, type CheckedEvent } from './checked-event.js';
import { referencesOf } from './references.js';

/** A value that leaves in clear, written once: a fragment is a part of every event that includes it. */
interface Leak {
  readonly span: Span;
  readonly name: string;
  readonly exportedAs: string;
  readonly canBeRemoved: boolean;
  readonly events: Set<string>;
}

/** Whether `personalData: { forbids }` names the value, a part of it, or what it is a part of. */
export function isForbidden(
  path: readonly PathStep[],
  stream: StreamSchema,
  forbidden: readonly Permission[],
): boolean {
  return forbidden.some((one) => overlaps(one.path, path, stream));
}

/** Reports every place in which a forbidden value leaves in clear, with all events that it leaves in. */
export function reportForbidden(
  events: readonly CheckedEvent[],
  schema: SinkEventSchema,
  forbidden: readonly Permission[],
  problems: ProblemList,
): void {
  const leaks = new Map<string, Leak>();
  for (const { name: event, stream, fields } of events) {
    for (const field of fields) {
      const canBeRemoved = field.kind === 'map' || !isRequired(field.name, schema);
      for (const { path: exportedAs, expression } of valuesOf(field)) {
        for (const { field: name, path, span, revealed } of referencesOf(expression)) {
          if (!revealed || !isForbidden(path, stream, forbidden)) continue;
          const key = `${span.file.path} ${span.start} ${exportedAs}`;
          const leak = leaks.get(key) ?? { span, name, exportedAs, canBeRemoved, events: new Set() };
          leaks.set(key, leak);
          leak.events.add(event);
        }
      }
    }
  }
  for (const leak of leaks.values()) report(leak, problems);
}

function report({ span, name, exportedAs, canBeRemoved, events }: Leak, problems: ProblemList): void {
  const message = `\`${name}\` is forbidden and leaves in \`${exportedAs}\` of \`${[...events].join('`, `')}\``;
  const where = events.size === 1 ? 'the event' : 'each event, or in the fragment that they include';
  const removal = canBeRemoved ? `, or write remove: [${exportedAs}] in ${where}` : '';
  problems.add('personal-data-forbidden', span, message, `send pseudonym(…, salt) there${removal}`);
}

function isRequired(name: string, schema: SinkEventSchema): boolean {
  if (schema === 'any') return name === 'uuid';
  const field = schema.fields[name];
  return field?.kind !== 'map' && field?.required === true;
}
