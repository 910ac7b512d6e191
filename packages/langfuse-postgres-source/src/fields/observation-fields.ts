import {
  absent,
  column,
  joined,
  NO_ENVIRONMENT,
  PROJECT_NAME,
  type FieldReading,
  type FieldReadings,
} from './field-reading.js';
import { COST_COLUMNS, costExpression, type CostKind } from './observation-cost.js';
import { secondsBetween } from './time-expressions.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

export const GENERATION_FIELDS: FieldReadings<'generation'> = {
  id: column('id'),
  project_id: column('project_id'),
  project_name: PROJECT_NAME,
  trace_id: column('trace_id'),
  parent_observation_id: column('parent_observation_id'),
  name: column('name'),
  start_time: column('start_time'),
  end_time: column('end_time'),
  completion_start_time: column('completion_start_time'),
  model: column('model'),
  model_parameters: column('"modelParameters"'),
  level: column('level'),
  status_message: column('status_message'),
  version: column('version'),
  metadata: column('metadata'),
  unit: column('unit'),
  created_at: column('created_at'),
  updated_at: column('updated_at'),
  input_units: column('prompt_tokens'),
  output_units: column('completion_tokens'),
  total_units: column('total_tokens'),
  input_cost: cost('input'),
  output_cost: cost('output'),
  total_cost: cost('total'),
  latency: secondsUntil('end_time'),
  time_to_first_token: secondsUntil('completion_start_time'),
  prompt_name: joined('prompt', 'name'),
  prompt_version: joined('prompt', 'version'),
  environment: NO_ENVIRONMENT,
  usage_details: absent('Langfuse v2 has no details of usage'),
  cost_details: absent('Langfuse v2 has no details of cost'),
  input: column('input'),
  output: column('output'),
  ...JOINED_TRACE_ATTRIBUTES,
};

export const OBSERVATION_FIELDS: FieldReadings<'observation'> = { ...GENERATION_FIELDS, type: column('type') };

function cost(kind: CostKind): FieldReading {
  return { expression: costExpression('r', kind), columns: COST_COLUMNS };
}

function secondsUntil(end: string): FieldReading {
  return { expression: secondsBetween('r.start_time', `r.${end}`), columns: ['start_time', end] };
}
