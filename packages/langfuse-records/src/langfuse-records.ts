import type { FieldSchema } from '@sluice/core/source';
import { GENERATION_FIELDS, OBSERVATION_FIELDS } from './observation-fields.js';
import { SCORE_FIELDS } from './score-fields.js';
import { TRACE_FIELDS } from './trace-fields.js';

export interface RecordKind {
  readonly doc: string;
  readonly contains?: readonly string[];
  readonly fields: Readonly<Record<string, FieldSchema>>;
}

/** The records of Langfuse, whichever version and database they are in. */
export const langfuseRecords = {
  trace: {
    doc: 'A request or task of the application, with sums over its observations.',
    fields: TRACE_FIELDS,
  },
  generation: {
    doc: 'A call of a language model.',
    fields: GENERATION_FIELDS,
  },
  score: {
    doc: 'An assessment of a trace or an observation by a user, an evaluator or a reviewer.',
    fields: SCORE_FIELDS,
  },
  observation: {
    doc: 'A step of a trace of any type, generations included.',
    contains: ['generation'],
    fields: OBSERVATION_FIELDS,
  },
} satisfies Readonly<Record<string, RecordKind>>;

export type LangfuseStreamName = keyof typeof langfuseRecords;

/** The names of a stream's fields. */
export type LangfuseField<Name extends LangfuseStreamName> = keyof (typeof langfuseRecords)[Name]['fields'];
