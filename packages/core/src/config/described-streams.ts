import { z } from 'zod';
import type { FieldSchema, StreamSchema } from '../contracts/stream-schema.js';
import { UNITS, type Unit } from '../contracts/unit.js';
import { closestName } from '../document/did-you-mean.js';

const FIELD_TYPES = ['text', 'number', 'boolean', 'timestamp', 'text[]', 'json'] as const;
const UNIT_NAMES: readonly Unit[] = Object.keys(UNITS).filter((name): name is Unit => name in UNITS);

const STREAM_NAME = /^[a-z]\w*$/i;

/** As expressions of a mapping read them: `event` is the event that is being made. */
const FIELD_NAME = /^(?!(?:event|true|false|null|undefined)(?:\.|$))[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)*$/;

/** What every source with described streams knows of a field. A source adds where the field is. */
export const describedField = z.strictObject({
  type: z.enum(FIELD_TYPES).optional().describe('What the field is. Required.'),
  unit: z.enum(UNIT_NAMES).optional().describe('The unit of a number.'),
  nullable: z.boolean().optional().describe('Whether it may be null. Default: true, except for keys and times.'),
  changeable: z
    .boolean()
    .optional()
    .describe('Whether it can differ between two reads of a record. Default: true where the stream has `updated`.'),
  personal: z.boolean().default(false).describe('Whether it names or describes a person.'),
  coalesce: z.string().optional().describe('The field whose value is taken where this one is null.'),
  doc: z.string().optional().describe('One line for the reader of a mapping.'),
});

/** What every source with described streams knows of a stream. A source adds where its records are, and `fields`. */
export const describedStream = z.strictObject({
  doc: z.string().optional().describe('One line for the reader of a mapping.'),
  key: z.array(z.string()).min(1).optional().describe('The fields that identify a record and never change. Required.'),
  created: z.string().describe('The field with the time at which the record was created.'),
  updated: z
    .string()
    .optional()
    .describe('The field with the time of the last change. Without it, changes are not found.'),
  event: z.string().optional().describe('The field with the time at which it happened. Default: that of `created`.'),
});

type DescribedField = z.output<typeof describedField>;

/** A described stream; `fields` and the key are there once it has no problem. */
interface DescribedStream extends z.output<typeof describedStream> {
  readonly fields?: Readonly<Record<string, DescribedField>> | undefined;
}

/** The schema of `streams:` from that of one of them: finds what the parts of a stream say of each other. */
export function describedStreams<Stream extends DescribedStream>(
  stream: z.ZodType<Stream>,
): z.ZodRecord<z.ZodString, z.ZodType<Stream>> {
  return z.record(z.string(), stream).superRefine((streams, context) => {
    if (Object.keys(streams).length === 0)
      context.addIssue({ code: 'custom', message: 'describe at least one stream' });
    for (const [name, each] of Object.entries(streams)) {
      if (!STREAM_NAME.test(name)) {
        const message = 'a stream has a name of letters, digits and _, such as order';
        context.addIssue({ code: 'custom', path: [name], message });
      }
      for (const { path, message } of problemsOf(each)) {
        context.addIssue({ code: 'custom', path: [name, ...path], message });
      }
    }
  });
}

interface StreamProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const PULL = 'write it, or complete the file with `sluice schema pull`';

function problemsOf(stream: DescribedStream): readonly StreamProblem[] {
  const { key, created, updated, event, fields } = stream;
  if (fields === undefined || Object.keys(fields).length === 0) {
    return [
      {
        path: [],
        message: 'the stream has no fields: write them, or complete the file with `sluice schema pull`',
      },
    ];
  }
  if (key === undefined) return [{ path: [], message: `the stream has no key: ${PULL}` }];
  const problems: StreamProblem[] = [];
  const known = (name: string, path: readonly (string | number)[]): DescribedField | undefined => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field !== undefined) return field;
    const similar = closestName(name, Object.keys(fields));
    const advice = similar === undefined ? 'name one of `fields`' : `did you mean \`${similar}\`?`;
    problems.push({ path, message: `unknown field \`${name}\`: ${advice}` });
    return undefined;
  };
  const times = { created, ...(updated !== undefined && { updated }), ...(event !== undefined && { event }) };
  for (const [role, name] of Object.entries(times)) {
    const field = known(name, [role]);
    if (field === undefined) continue;
    if (field.type !== undefined && field.type !== 'timestamp') {
      problems.push({
        path: [role],
        message: `the field \`${name}\` is ${field.type}: name one of the type timestamp`,
      });
    }
    if (role !== 'updated' && field.nullable === true && field.coalesce === undefined) {
      const message =
        `the field \`${name}\` may be null, and a record without this time would never be read: ` +
        'add `coalesce: …` with another time, or `nullable: false`';
      problems.push({ path: [role], message });
    }
  }
  for (const [index, name] of key.entries()) {
    if (known(name, ['key', index])?.nullable === true) {
      problems.push({
        path: ['key', index],
        message: `the field \`${name}\` may be null, and cannot be part of a key`,
      });
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    if (!FIELD_NAME.test(name)) {
      const message = 'a field has a name of letters, digits and _, such as started_at, and is not `event`';
      problems.push({ path: ['fields', name], message });
    }
    if (field.type === undefined) problems.push({ path: ['fields', name], message: `the field has no type: ${PULL}` });
    if (field.unit !== undefined && field.type !== 'number' && field.type !== undefined) {
      problems.push({ path: ['fields', name, 'unit'], message: `only a number has a unit, not ${field.type}` });
    }
    if (field.coalesce !== undefined) {
      const other = known(field.coalesce, ['fields', name, 'coalesce']);
      if (other !== undefined && (other.type !== field.type || other.coalesce !== undefined)) {
        const message = 'name another field of the same type that has no `coalesce` itself';
        problems.push({ path: ['fields', name, 'coalesce'], message });
      }
    }
  }
  return problems;
}

/** The streams of a description without problems, for mappings and editors. */
export function streamSchemas(streams: Readonly<Record<string, DescribedStream>>): readonly StreamSchema[] {
  return Object.entries(streams).map(([name, stream]) => ({
    name,
    doc: stream.doc ?? '',
    key: stream.key ?? [],
    fields: Object.fromEntries(
      Object.entries(stream.fields ?? {}).map(([field, described]) => [field, fieldSchema(stream, field, described)]),
    ),
  }));
}

function fieldSchema(stream: DescribedStream, name: string, field: DescribedField): FieldSchema {
  const isKey = stream.key?.includes(name) === true;
  const isTime = name === stream.created || name === (stream.event ?? stream.created);
  const other = field.coalesce === undefined ? undefined : stream.fields?.[field.coalesce];
  return {
    type: field.type ?? 'text',
    nullable: !isKey && !isTime && (field.nullable ?? true) && (other === undefined || other.nullable !== false),
    ...(field.unit !== undefined && { unit: field.unit }),
    changeable: !isKey && (field.changeable ?? (stream.updated !== undefined && name !== stream.created)),
    personal: field.personal,
    doc: field.doc ?? '',
  };
}
