import type { StreamSchema } from '@sluice/core/source';
import { GENERATION_FIELDS } from './fields/generation-fields.js';
import { SCORE_FIELDS } from './fields/score-fields.js';
import type { SourceField } from './fields/source-field.js';
import { TRACE_FIELDS } from './fields/trace-fields.js';

type Table = 'traces' | 'observations' | 'scores';

/** A stream, and where its records are. */
export interface LangfuseStream {
  readonly name: string;
  readonly doc: string;
  readonly table: Table;
  /** The column of the event time, quoted if necessary. */
  readonly eventTime: string;
  /** Which rows of the table are records of the stream; empty for all. */
  readonly condition: string;
  readonly fields: Readonly<Record<string, SourceField>>;
}

const STREAMS: readonly LangfuseStream[] = [
  {
    name: 'trace',
    doc: 'A request or task of the application, with sums over its observations.',
    table: 'traces',
    eventTime: '"timestamp"',
    condition: '',
    fields: TRACE_FIELDS,
  },
  {
    name: 'generation',
    doc: 'A call of a language model.',
    table: 'observations',
    eventTime: 'start_time',
    condition: `r.type = 'GENERATION'`,
    fields: GENERATION_FIELDS,
  },
  {
    name: 'score',
    doc: 'An assessment of a trace or an observation by a user, an evaluator or a reviewer.',
    table: 'scores',
    eventTime: '"timestamp"',
    condition: '',
    fields: SCORE_FIELDS,
  },
];

export function streamNamed(name: string): LangfuseStream {
  const found = STREAMS.find((stream) => stream.name === name);
  if (found === undefined) throw new Error(`unknown stream ${name}`);
  return found;
}

/** The streams for the mapping language and editors, without their SQL. */
export const langfuseStreams: readonly StreamSchema[] = STREAMS.map(({ name, doc, fields }) => ({
  name,
  doc,
  key: ['id'],
  fields: Object.fromEntries(
    Object.entries(fields).map(([field, { type, nullable, unit, changeable, personal, doc: fieldDoc }]) => [
      field,
      { type, nullable, changeable, personal, doc: fieldDoc, ...(unit === undefined ? {} : { unit }) },
    ]),
  ),
}));
