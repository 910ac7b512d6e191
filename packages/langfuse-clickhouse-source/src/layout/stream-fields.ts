import type { StreamSchema } from '@sluice/core/source';
import { streamSchema, type LangfuseStreamName } from '@sluice/langfuse-records';
import type { FieldReading, FieldReadings } from '../fields/field-reading.js';
import { GENERATION_FIELDS, OBSERVATION_FIELDS } from '../fields/observation-fields.js';
import { SCORE_FIELDS } from '../fields/score-fields.js';
import { TRACE_FIELDS } from '../fields/trace-fields.js';
import type { SourceField } from './stream-layout.js';

/** In ClickHouse, ids are unique in their project only. */
const KEY = ['project_id', 'id'];

/** The streams for the mapping language and editors: the same for every layout of the tables. */
export const langfuseStreams: readonly StreamSchema[] = [
  streamSchema('trace', KEY, TRACE_FIELDS),
  streamSchema('generation', KEY, GENERATION_FIELDS),
  streamSchema('score', KEY, SCORE_FIELDS),
  streamSchema('observation', KEY, OBSERVATION_FIELDS),
];

export function schemaOf(name: LangfuseStreamName): StreamSchema {
  const found = langfuseStreams.find((schema) => schema.name === name);
  if (found === undefined) throw new Error(`unknown stream ${name}`);
  return found;
}

export function fieldsOf<Name extends LangfuseStreamName>(
  name: Name,
  readings: FieldReadings<Name>,
): ReadonlyMap<string, SourceField> {
  const known: ReadonlyMap<string, FieldReading> = new Map(Object.entries(readings));
  return new Map(
    Object.entries(schemaOf(name).fields).flatMap(([field, described]): (readonly [string, SourceField])[] => {
      const reading = known.get(field);
      return reading === undefined ? [] : [[field, { ...reading, ...described }]];
    }),
  );
}
