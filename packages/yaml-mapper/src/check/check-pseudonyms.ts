import type { Span } from '@sluice/core/document';
import type { StreamSchema } from '@sluice/core/source';
import { ownEntry } from '../own-entry.js';
import type { ProblemList } from '../problems/problem-list.js';
import { valuesOf, type CheckedEvent } from './checked-event.js';
import { referencesOf } from './references.js';

type Path = readonly (string | number)[];

interface Use {
  readonly stream: StreamSchema;
  readonly path: Path;
  readonly span: Span;
  readonly event: string;
  readonly exportedAs: string;
}

const MAX_NAMED = 4;

/**
 * Warns where a value has a pseudonym, or personal data is hashed, in one place and leaves in clear in another, in
 * whichever event.
 */
export function warnOfLeaks(events: readonly CheckedEvent[], problems: ProblemList): void {
  const [hashed, clear]: [Use[], Use[]] = [[], []];
  for (const { name, stream, fields } of events) {
    for (const { path: exportedAs, expression } of fields.flatMap(valuesOf)) {
      for (const { field, path, span, revealed, hashed: isHashed, pseudonymous, inUuid } of referencesOf(expression)) {
        const isHidden = pseudonymous || (isHashed && ownEntry(stream.fields, field)?.personal === true);
        const use = { stream, path, span, event: name, exportedAs };
        // A uuid is a hash in every mapping, and hides nothing on purpose.
        if (isHidden && !inUuid && exportedAs !== 'uuid') hashed.push(use);
        else if (!isHashed && revealed) clear.push(use);
      }
    }
  }
  for (const { stream, path, span, event, exportedAs } of hashed) {
    const places = clear.filter((use) => overlaps(canonical(path, stream), use.path, use.stream));
    // A fragment leaves under one name in every event that includes it.
    const first = new Map(places.toReversed().map((use) => [use.exportedAs, use]));
    for (const use of places) if (use.event === event) first.set(use.exportedAs, use);
    const named = new Set([...first.values()].toReversed().map((use) => describe(use, event)));
    if (named.size === 0) continue;
    const shown = [...named].slice(0, MAX_NAMED).join(', ') + (named.size > MAX_NAMED ? ', …' : '');
    const message = `\`${path.join('.')}\` is hashed in \`${exportedAs}\` and leaves in clear in ${shown}`;
    problems.add('pseudonym-leaks', span, message);
  }
}

function describe({ event, exportedAs }: Use, here: string): string {
  return event === here ? `\`${exportedAs}\`` : `\`${exportedAs}\` of \`${event}\``;
}

/** Whether one of two paths is a part of the other. A stream can have a field under two names. */
export function overlaps(one: Path, other: Path, stream: StreamSchema): boolean {
  const [a, b] = [canonical(one, stream), canonical(other, stream)];
  return a.slice(0, b.length).every((step, index) => step === b[index]);
}

/** In the stream `trace`, `user_id` is `trace.user_id`. */
function canonical([field = '', ...path]: Path, { name, fields }: StreamSchema): Path {
  const full = `${name}.${field}`;
  return [ownEntry(fields, full) === undefined ? field : full, ...path];
}
