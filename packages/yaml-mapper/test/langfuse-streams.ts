import type { Unit } from '@sluice/core/adapter';
import type { FieldSchema, FieldType, StreamSchema } from '@sluice/core/source';

interface Options {
  readonly unit?: Unit;
  readonly nullable?: boolean;
  readonly fixed?: boolean;
  readonly personal?: boolean;
}

function field(type: FieldType, { unit, nullable = true, fixed = false, personal = false }: Options = {}): FieldSchema {
  return { type, nullable, ...(unit && { unit }), changeable: !fixed, personal, doc: '' };
}

const always = { nullable: false };
const key = { nullable: false, fixed: true };

function traceFields(nullable: boolean): Record<string, FieldSchema> {
  return {
    'trace.id': field('text', { nullable, fixed: true }),
    'trace.name': field('text'),
    'trace.user_id': field('text', { personal: true }),
    'trace.session_id': field('text'),
    'trace.release': field('text'),
    'trace.version': field('text'),
    'trace.tags': field('text[]', { nullable }),
    'trace.metadata': field('json', { personal: true }),
    'trace.timestamp': field('timestamp', { nullable }),
  };
}

const common = {
  id: field('text', key),
  project_id: field('text', key),
  project_name: field('text', always),
  name: field('text'),
  created_at: field('timestamp', key),
  updated_at: field('timestamp', always),
};

/** A reduced copy of the Langfuse source's streams. */
export const langfuseStreams: readonly StreamSchema[] = [
  {
    name: 'trace',
    doc: '',
    key: ['id'],
    fields: {
      ...common,
      ...traceFields(false),
      timestamp: field('timestamp', always),
      user_id: field('text', { personal: true }),
      session_id: field('text'),
      release: field('text'),
      version: field('text'),
      tags: field('text[]', always),
      metadata: field('json', { personal: true }),
      public: field('boolean', always),
      total_cost: field('number', { unit: 'usd', nullable: false }),
      observation_count: field('number', always),
      latency: field('number', { unit: 's' }),
      environment: { ...field('text'), absent: 'there are none' },
      nowhere: { ...field('text'), absent: 'nobody has it' },
    },
  },
  {
    name: 'generation',
    doc: '',
    key: ['id'],
    fields: {
      ...common,
      ...traceFields(true),
      trace_id: field('text'),
      start_time: field('timestamp', always),
      end_time: field('timestamp'),
      model: field('text'),
      level: field('text', always),
      version: field('text'),
      metadata: field('json', { personal: true }),
      unit: field('text'),
      input_units: field('number', { unit: 'tokens' }),
      output_units: field('number', { unit: 'tokens' }),
      total_units: field('number', { unit: 'tokens' }),
      total_cost: field('number', { unit: 'usd' }),
      latency: field('number', { unit: 's' }),
      time_to_first_token: field('number', { unit: 's' }),
    },
  },
  {
    name: 'score',
    doc: '',
    key: ['id'],
    fields: {
      ...common,
      ...traceFields(true),
      trace_id: field('text'),
      timestamp: field('timestamp', always),
      value: field('number'),
      string_value: field('text'),
      data_type: field('text'),
      comment: field('text', { personal: true }),
      session_id: field('text'),
    },
  },
];
