import type { FieldSchema, StreamSchema } from '@sluice/core/source';
import { streamSchema, type LangfuseStreamName } from '@sluice/langfuse-records';
import type { FieldReading, FieldReadings } from './fields/field-reading.js';
import { GENERATION_FIELDS, OBSERVATION_FIELDS } from './fields/observation-fields.js';
import { SCORE_FIELDS } from './fields/score-fields.js';
import { TRACE_FIELDS } from './fields/trace-fields.js';

/** Where the records of a stream are. */
interface Place {
  readonly table: 'traces' | 'observations' | 'scores';
  /** The column of the event time, quoted if necessary. */
  readonly eventTime: string;
  /** Which rows of the table are records of the stream; empty for all. */
  readonly condition: string;
}

/** A field of a stream, and how SQL reads it. */
export interface SourceField extends FieldSchema, Omit<FieldReading, 'doc' | 'nullable'> {}

/** A stream, and where its records are. */
export interface LangfuseStream extends Place {
  readonly name: LangfuseStreamName;
  readonly schema: StreamSchema;
  readonly fields: ReadonlyMap<string, SourceField>;
}

const STREAMS: readonly LangfuseStream[] = [
  langfuseStream('trace', TRACE_FIELDS, { table: 'traces', eventTime: '"timestamp"', condition: '' }),
  langfuseStream('generation', GENERATION_FIELDS, {
    table: 'observations',
    eventTime: 'start_time',
    condition: `r.type = 'GENERATION'`,
  }),
  langfuseStream('score', SCORE_FIELDS, { table: 'scores', eventTime: '"timestamp"', condition: '' }),
  langfuseStream('observation', OBSERVATION_FIELDS, { table: 'observations', eventTime: 'start_time', condition: '' }),
];

function langfuseStream<Name extends LangfuseStreamName>(
  name: Name,
  readings: FieldReadings<Name>,
  place: Place,
): LangfuseStream {
  const schema = streamSchema(name, ['id'], readings);
  const known: ReadonlyMap<string, FieldReading> = new Map(Object.entries(readings));
  const fields = Object.entries(schema.fields).flatMap(([field, described]): (readonly [string, SourceField])[] => {
    const reading = known.get(field);
    return reading === undefined ? [] : [[field, { ...reading, ...described }]];
  });
  return { name, schema, fields: new Map(fields), ...place };
}

export function streamNamed(name: string): LangfuseStream {
  const found = STREAMS.find((stream) => stream.name === name);
  if (found === undefined) throw new Error(`unknown stream ${name}`);
  return found;
}

/** The streams for the mapping language and editors, without their SQL. */
export const langfuseStreams: readonly StreamSchema[] = STREAMS.map(({ schema }) => schema);
