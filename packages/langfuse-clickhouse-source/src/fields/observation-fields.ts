import {
  absent,
  column,
  seconds,
  text,
  timestamp,
  type FieldReading,
  type FieldReadings,
  type JsonPath,
} from './field-reading.js';
import { jsonOf, jsonOfMap, jsonOfNumbers } from './json-text.js';
import { PROJECT_NAME } from './project-name.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

/** What observations have alike in the tables of v3 and of v4. */
const USAGE_FIELDS = {
  input_units: units('input'),
  output_units: units('output'),
  total_units: { expression: keyOf('usage_details', 'total'), columns: ['usage_details'], nullable: true },
  input_cost: costs('input'),
  output_cost: costs('output'),
  usage_details: numbers('usage_details'),
  cost_details: numbers('cost_details'),
  latency: secondsUntil('end_time'),
  time_to_first_token: secondsUntil('completion_start_time'),
  unit: absent('Langfuse v3 and v4 have no unit of usage'),
  model: text('provided_model_name'),
  model_parameters: {
    expression: (path: JsonPath) => jsonOf('r.model_parameters', path),
    columns: ['model_parameters'],
  },
  input: { expression: (path: JsonPath) => jsonOf('r.input', path), columns: ['input'] },
  output: { expression: (path: JsonPath) => jsonOf('r.output', path), columns: ['output'] },
} as const satisfies Readonly<Record<string, FieldReading>>;

export const GENERATION_FIELDS: FieldReadings<'generation'> = {
  id: column('id'),
  project_id: column('project_id'),
  project_name: PROJECT_NAME,
  trace_id: text('trace_id'),
  parent_observation_id: text('parent_observation_id'),
  name: text('name'),
  start_time: timestamp('start_time'),
  end_time: timestamp('end_time'),
  completion_start_time: timestamp('completion_start_time'),
  level: column('level'),
  status_message: text('status_message'),
  version: text('version'),
  metadata: { expression: (path: JsonPath) => jsonOfMap('r.metadata', path), columns: ['metadata'] },
  created_at: timestamp('created_at'),
  updated_at: timestamp('updated_at'),
  total_cost: column('total_cost'),
  prompt_name: text('prompt_name'),
  prompt_version: column('prompt_version'),
  environment: text('environment'),
  ...USAGE_FIELDS,
  ...JOINED_TRACE_ATTRIBUTES,
};

export const OBSERVATION_FIELDS: FieldReadings<'observation'> = { ...GENERATION_FIELDS, type: column('type') };

/** As Langfuse's pages add them up: the keys are free, such as `input_cached_tokens`. Null without any such key. */
function sumOf(map: string, kind: 'input' | 'output'): string {
  const parts = `mapFilter((k, v) -> position(k, '${kind}') > 0, r.${map})`;
  return `if(empty(${parts}), NULL, arraySum(mapValues(${parts})))`;
}

function keyOf(map: string, key: string): string {
  return `if(mapContains(r.${map}, '${key}'), r.${map}['${key}'], NULL)`;
}

function units(kind: 'input' | 'output'): FieldReading {
  return { expression: sumOf('usage_details', kind), columns: ['usage_details'], nullable: true };
}

function costs(kind: 'input' | 'output'): FieldReading {
  return { expression: sumOf('cost_details', kind), columns: ['cost_details'] };
}

function numbers(map: string): FieldReading {
  return { expression: (path: JsonPath) => jsonOfNumbers(`r.${map}`, path), columns: [map] };
}

function secondsUntil(end: string): FieldReading {
  return { expression: seconds('r.start_time', `r.${end}`), columns: ['start_time', end] };
}
