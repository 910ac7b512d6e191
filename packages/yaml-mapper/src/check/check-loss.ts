import type { ProblemList } from '../problems/problem-list.js';
import type { SinkShape } from '../resolve/sink-shape.js';
import { isShared, standardFieldsIn, type SinkTarget } from '../resolve/sink-target.js';
import { eventFieldsOf } from './event-fields.js';

/** Says what becomes of standard fields that the sink has no place for, and that nothing reads. */
export function warnOfLoss(
  { standard, leftOut }: Pick<SinkShape, 'standard' | 'leftOut'>,
  read: ReadonlySet<string>,
  { type, types, schema }: SinkTarget,
  problems: ProblemList,
): void {
  const fields = Object.entries(eventFieldsOf(schema));
  // A field of the sink that the mapping sets itself replaces what it is taken from.
  const replaced = fields.flatMap(([, field]) => (field.kind === 'value' ? standardFieldsIn(field.default ?? '') : []));
  const maps = fields.flatMap(([name, { kind }]) => (kind === 'map' ? [name] : []));
  const removal = (name: string): string =>
    isShared(types) ? `sinks: { '${type}': { remove: [${name}] } }` : `remove: [${name}]`;
  for (const [name, { span }] of standard) {
    if (read.has(name) || replaced.includes(name)) continue;
    const message = `\`${name}\` is not sent: the events of \`${type}\` have no field for it, and nothing reads \`event.${name}\``;
    problems.add('not-sent', span, message, `send \`event.${name}\` in a field of the sink, or write ${removal(name)}`);
  }
  for (const [name, { span }] of leftOut) {
    const message = `\`${name}\` is not sent: the events of \`${type}\` have no field for it`;
    const [map] = maps;
    const help = map === undefined ? '' : `put it into a map of the sink, such as ${map}: event.${name}; or `;
    problems.add('not-sent', span, message, `${help}write ${removal(name)}`);
  }
}
