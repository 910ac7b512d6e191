import { similarName } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import type { EventShape } from './event-shape.js';

/** Warns of new names in maps that are probably misspelt names of the part that is extended. */
export function warnOfSimilarNames(under: EventShape, over: EventShape, problems: ProblemList): void {
  for (const [field, written] of over.fields) {
    const inherited = under.fields.get(field);
    if (written.kind !== 'map' || inherited?.kind !== 'map') continue;
    const known = [...inherited.names.keys()].filter((name) => !written.names.has(name));
    for (const [name, { span }] of written.names) {
      const meant = inherited.names.has(name) ? undefined : similarName(name, known);
      if (meant === undefined) continue;
      const message = `\`${name}\` is new, and looks like the inherited \`${meant}\``;
      problems.add('similar-name', span, message, `did you mean \`${meant}\`?`);
    }
  }
}
