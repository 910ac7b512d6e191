import { randomUUID } from 'node:crypto';
import type { FieldType, StreamSchema } from '@sluice/core/source';
import { stringify } from 'yaml';
import { PROGRAM } from '../process/program.js';
import type { Pair } from './pair.js';

const HEAD = `# A starting point: an event for every record. Change names, add and remove fields; check it with: ${PROGRAM} lint\n`;

/** A mapping that lints clean: an event for every record, without personal data. */
export function startingMapping(name: string, { source, sink }: Pair): string {
  const fields = sink.eventSchema === 'any' ? [] : Object.entries(sink.eventSchema.fields);
  const maps = fields.flatMap(([field, { kind }]) => (kind === 'map' ? [field] : []));
  const map = sink.eventSchema === 'any' || maps.includes('properties') ? 'properties' : maps[0];
  const identity = sink.eventSchema === 'any' ? [] : sink.eventSchema.identity.map(({ field }) => field);
  const accepted = new Set<string>();
  const isUnset = unsetFields(source);
  // The same record in two streams would be two events.
  const events = source.streams
    .filter(({ contains = [] }) => contains.length === 0)
    .map((stream) => {
      const required = fields.flatMap(([field, schema]) => {
        if (schema.kind === 'map' || !schema.required) return [];
        const value = schema.type === 'text' ? 'event.uuid' : firstOf(stream, schema.type);
        const mayChange = value !== undefined && stream.fields[value]?.changeable === true;
        if (mayChange && identity.includes(field)) accepted.add(value);
        return [[field, value ?? null]];
      });
      return {
        event: stream.name,
        doc: stream.doc,
        from: stream.name,
        uuid: `uuid5('${randomUUID()}', ${keyOf(stream)})`,
        ...Object.fromEntries(required),
        ...(map === undefined
          ? {}
          : { [map]: Object.fromEntries(ownFields(stream, isUnset).map((field) => [field, field])) }),
      };
    });
  const accepts = { accepts: [...accepted], because: 'An event happened when its record says so.' };
  const permissions = accepted.size === 0 ? {} : { identity: accepts };
  const mapping = { sluice: 1, mapping: name, source: source.type, sink: sink.type };
  return HEAD + stringify({ ...mapping, ...permissions, events }, { lineWidth: 0 });
}

function firstOf({ fields }: StreamSchema, type: FieldType): string | undefined {
  return Object.keys(fields).find((name) => fields[name]?.type === type && !fields[name].nullable);
}

/** Whether a field has no values with the options that `init` asks for. */
function unsetFields(source: Pair['source']): (field: string) => boolean {
  const { config, setup = [] } = source;
  const { data } = config.safeParse(Object.fromEntries(setup.map(({ option, example }) => [option, example])));
  return (field) => data !== undefined && source.unset?.(field, data) !== undefined;
}

/** Neither personal data, whole documents nor what is never there; a dotted name belongs to another record. */
function ownFields({ fields }: StreamSchema, isUnset: (field: string) => boolean): readonly string[] {
  return Object.entries(fields).flatMap(([name, { personal, type, absent }]) =>
    personal || absent !== undefined || type === 'json' || !/^\w+$/u.test(name) || isUnset(name) ? [] : [name],
  );
}

function keyOf({ key, fields }: StreamSchema): string {
  const parts = key.map((name) => (fields[name]?.type === 'text' ? name : `text(${name})`));
  return parts.length === 1 ? (parts[0] ?? '') : `concat(${parts.join(", '-', ")})`;
}
