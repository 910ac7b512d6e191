import type { EventSchema } from '@sluice/core/sink';
import { ownEntry } from '../own-entry.js';
import type { EventShape, WrittenField, WrittenValue } from './event-shape.js';
import { STANDARD, standardFieldsIn, type SinkTarget } from './sink-target.js';

/** A field that the mapping does not set, with the sink's expression for it. */
interface DefaultField {
  readonly kind: 'default';
  readonly text: string;
}

export type SinkField = WrittenField | DefaultField;

/** An event in the sink's own fields. */
export interface SinkShape extends Omit<EventShape, 'fields'> {
  readonly fields: ReadonlyMap<string, SinkField>;
  /** Standard values that are no fields of the sink, but can be read as `event.user`. */
  readonly standard: ReadonlyMap<string, WrittenValue>;
  /** Standard maps that the sink has no place for. */
  readonly leftOut: ReadonlyMap<string, WrittenField>;
}

/**
 * Turns the standard fields of an event into those of the sink: by name, by the sink's defaults, and into the maps that
 * take them. An event that has the sink's own fields only is as its mapping writes it, in the mapping's order.
 */
export function shapeForSink(shape: EventShape, { schema, isOpen }: SinkTarget): SinkShape {
  const standard = new Map<string, WrittenValue>();
  const leftOut = new Map<string, WrittenField>();
  if (schema === 'any') return { ...shape, standard, leftOut };
  const fields = new Map<string, SinkField>();
  for (const [name, field] of shape.fields) {
    const known = ownEntry(schema.fields, name);
    const isOwn = known?.kind === field.kind && !isDefaultOfItself(name, schema);
    if (name === 'uuid' || isOwn || (known === undefined && isOpen && ownEntry(STANDARD, name) === undefined))
      fields.set(name, field);
    else if (field.kind === 'value') standard.set(name, field);
    else leftOut.set(name, field);
  }
  const taken = takeMaps(shape, schema, fields);
  for (const name of taken) leftOut.delete(name);
  const defaults = defaultsFor(shape, schema, fields);
  for (const [name, text] of defaults) fields.set(name, { kind: 'default', text });
  const isAsWritten = standard.size === 0 && taken.length === 0 && defaults.length === 0;
  return { ...shape, fields: isAsWritten ? fields : inOrderOf(schema, fields), standard, leftOut };
}

function isDefaultOfItself(name: string, { fields }: EventSchema): boolean {
  const known = ownEntry(fields, name);
  return known?.kind === 'value' && known.default !== undefined && standardFieldsIn(known.default).includes(name);
}

/** Puts the names of standard maps under those that the mapping sets for the sink. Returns the maps that were taken. */
function takeMaps(shape: EventShape, schema: EventSchema, into: Map<string, SinkField>): string[] {
  const taken: string[] = [];
  for (const [name, known] of Object.entries(schema.fields)) {
    const written = into.get(name);
    const own = written?.kind === 'map' ? written : undefined;
    const takes = own?.takes ?? (known.kind === 'map' ? known.takes : undefined);
    const from = takes === undefined || takes === name ? undefined : shape.fields.get(takes);
    if (takes === undefined || from?.kind !== 'map' || shape.removedDefaults.has(name)) continue;
    into.set(name, { ...from, takes, names: new Map([...from.names, ...(own?.names ?? [])]) });
    taken.push(takes);
  }
  return taken;
}

/**
 * The defaults of fields that the mapping leaves open. Of a standard field that it does not set there are none if it sets
 * the sink's own fields in its place: one with its own `distinct_id` has said who the user is.
 */
function defaultsFor(
  { fields: written, removedDefaults }: EventShape,
  { fields }: EventSchema,
  set: ReadonlyMap<string, SinkField>,
): readonly (readonly [string, string])[] {
  const withDefault = Object.entries(fields).flatMap(([name, known]) =>
    known.kind === 'value' && known.default !== undefined ? [{ name, text: known.default }] : [],
  );
  const replaced = new Set(withDefault.flatMap(({ name, text }) => (set.has(name) ? standardFieldsIn(text) : [])));
  return withDefault.flatMap(({ name, text }) => {
    const isOpen = !set.has(name) && !removedDefaults.has(name);
    const isMeant = standardFieldsIn(text).every((each) => written.has(each) || !replaced.has(each));
    return isOpen && isMeant ? [[name, text] as const] : [];
  });
}

function inOrderOf(schema: EventSchema, fields: ReadonlyMap<string, SinkField>): SinkShape['fields'] {
  const names = ['uuid', ...Object.keys(schema.fields), ...fields.keys()];
  return new Map(
    names.flatMap((name) => {
      const field = fields.get(name);
      return field === undefined ? [] : [[name, field] as const];
    }),
  );
}
