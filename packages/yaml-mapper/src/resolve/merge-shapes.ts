import { didYouMean } from '@sluice/core/document';
import type { EventShape, WrittenField } from './event-shape.js';
import { STANDARD, standardFieldsIn, type SinkTarget } from './sink-target.js';
import { ownEntry } from '../own-entry.js';
import type { ProblemList } from '../problems/problem-list.js';

export interface MergeContext {
  readonly target: SinkTarget | undefined;
  readonly problems: ProblemList;
}

/** The second over the first: values and names are replaced in place, new ones are added at the end, removed ones go. */
export function mergeShapes(under: EventShape, over: EventShape, { target, problems }: MergeContext): EventShape {
  const fields = new Map(under.fields);
  const removed = new Set(under.removedDefaults);
  let { conditions, each, final } = under;
  for (const { name, span, isDone } of over.remove) {
    const [field, inner] = splitOnce(name);
    const existing = fields.get(field);
    if (name === 'when' && conditions.length > 0) conditions = [];
    else if (name === 'final' && final !== undefined) final = undefined;
    else if (name === 'each' && each !== undefined) each = undefined;
    else if (inner === undefined && (existing !== undefined || hasDefault(field, target))) {
      fields.delete(field);
      removed.add(field);
    } else if (inner !== undefined && existing?.kind === 'map' && existing.names.has(inner)) {
      fields.set(field, { ...existing, names: new Map([...existing.names].filter(([key]) => key !== inner)) });
    } else if (isDone !== true) {
      problems.add('nothing-to-remove', span, `no \`${name}\` to remove`, didYouMean(name, removable(fields)));
    }
  }
  for (const name of over.fields.keys()) {
    removed.delete(name);
    // What is nearer says it anew, and the sink's own field follows.
    for (const field of takenFrom(name, target)) {
      if (over.fields.has(field)) continue;
      fields.delete(field);
      removed.delete(field);
    }
  }
  for (const name of over.removedDefaults) removed.add(name);
  for (const { name } of over.remove) if (!over.fields.has(name)) removed.add(name);
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
    removedDefaults: removed,
    sinkName: over.sinkName ?? (over.rename === undefined ? under.sinkName : undefined),
    omit: over.omit ?? under.omit,
    conditions: [...new Set([...conditions, ...over.conditions])],
    fields,
  };
}

/** Of two maps, the names of both. */
export function mergeFields(under: WrittenField | undefined, over: WrittenField): WrittenField {
  if (under?.kind !== 'map' || over.kind !== 'map') return over;
  return { ...over, takes: over.takes ?? under.takes, names: new Map([...under.names, ...over.names]) };
}

function hasDefault(field: string, target: SinkTarget | undefined): boolean {
  if (target === undefined || target.schema === 'any') return false;
  const known = ownEntry(target.schema.fields, field);
  return known?.kind === 'value' && known.default !== undefined;
}

/** The sink's fields that are by default taken from a standard one. */
function takenFrom(name: string, target: SinkTarget | undefined): readonly string[] {
  if (target === undefined || target.schema === 'any' || ownEntry(STANDARD, name)?.kind !== 'value') return [];
  return Object.entries(target.schema.fields).flatMap(([field, known]) => {
    const text = known.kind === 'value' && field !== name ? known.default : undefined;
    return text !== undefined && standardFieldsIn(text).includes(name) ? [field] : [];
  });
}

function removable(fields: ReadonlyMap<string, WrittenField>): readonly string[] {
  return [...fields].flatMap(([name, field]) => [
    name,
    ...(field.kind === 'map' ? [...field.names.keys()].map((inner) => `${name}.${inner}`) : []),
  ]);
}

export function splitOnce(name: string): [string, string?] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}
