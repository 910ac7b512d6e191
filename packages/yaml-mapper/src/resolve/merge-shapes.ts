import { didYouMean } from '@sluice/core/document';
import type { EventShape, WrittenField } from './event-shape.js';
import type { ProblemList } from '../problems/problem-list.js';

/** The second over the first: values and names are replaced in place, new ones are added at the end, removed ones go. */
export function mergeShapes(under: EventShape, over: EventShape, problems: ProblemList): EventShape {
  const fields = new Map(under.fields);
  let { conditions, each, final } = under;
  for (const { name, span } of over.remove) {
    const [field, inner] = splitOnce(name);
    const existing = fields.get(field);
    if (name === 'when' && conditions.length > 0) conditions = [];
    else if (name === 'final' && final !== undefined) final = undefined;
    else if (name === 'each' && each !== undefined) each = undefined;
    else if (inner === undefined && existing !== undefined) fields.delete(field);
    else if (inner !== undefined && existing?.kind === 'map' && existing.names.has(inner)) {
      fields.set(field, { ...existing, names: new Map([...existing.names].filter(([key]) => key !== inner)) });
    } else {
      problems.add('nothing-to-remove', span, `no \`${name}\` to remove`, didYouMean(name, removable(fields)));
    }
  }
  for (const [name, field] of over.fields) fields.set(name, mergeFields(fields.get(name), field));
  return {
    span: over.span,
    event: over.rename ?? under.event ?? over.event,
    doc: over.doc ?? under.doc,
    from: over.from ?? under.from,
    final: over.final ?? final,
    each: over.each ?? each,
    omitNull: over.omitNull ?? under.omitNull,
    include: [...under.include, ...over.include],
    remove: [],
    conditions: [...new Set([...conditions, ...over.conditions])],
    fields,
  };
}

function mergeFields(under: WrittenField | undefined, over: WrittenField): WrittenField {
  if (under?.kind !== 'map' || over.kind !== 'map') return over;
  return { ...over, names: new Map([...under.names, ...over.names]) };
}

function removable(fields: ReadonlyMap<string, WrittenField>): readonly string[] {
  return [...fields].flatMap(([name, field]) => [
    name,
    ...(field.kind === 'map' ? [...field.names.keys()].map((inner) => `${name}.${inner}`) : []),
  ]);
}

function splitOnce(name: string): [string, string?] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}
