import type { SinkEventSchema } from '@sluice/core/config';
import type { Span } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import type { CheckedEvent } from './checked-event.js';

/** Warns of maps that have more names, in all events together, than the destination keeps. */
export function warnOfManyNames(events: readonly CheckedEvent[], schema: SinkEventSchema, problems: ProblemList): void {
  if (schema === 'any') return;
  for (const [field, known] of Object.entries(schema.fields)) {
    if (known.kind !== 'map' || known.maxNames === undefined) continue;
    const spans = new Map<string, Span>();
    for (const { fields } of events) {
      for (const each of fields) {
        if (each.kind !== 'map' || each.name !== field) continue;
        for (const { name, span } of each.names) if (!spans.has(name)) spans.set(name, span);
      }
    }
    const [first] = [...spans.values()].slice(known.maxNames);
    if (first === undefined) continue;
    const message = `\`${field}\` has ${spans.size} names, and the destination keeps ${known.maxNames}: ${[...spans.keys()].join(', ')}`;
    problems.add('too-many-names', first, message, 'send fewer names');
  }
}
