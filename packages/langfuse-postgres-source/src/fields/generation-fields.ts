import { COST_COLUMNS, costExpression, type CostKind } from './observation-cost.js';
import { CHANGEABLE, column, expressed, joined, NULLABLE, PROJECT_NAME, type SourceField } from './source-field.js';
import { secondsBetween } from './time-expressions.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

export const GENERATION_FIELDS: Readonly<Record<string, SourceField>> = {
  id: column('text', 'id', 'The generation’s id.'),
  project_id: column('text', 'project_id', 'The project’s id.'),
  project_name: PROJECT_NAME,
  trace_id: column('text', 'trace_id', 'The trace’s id, even if there is no such trace.', NULLABLE),
  parent_observation_id: column('text', 'parent_observation_id', 'The observation that this one is part of.', NULLABLE),
  name: column('text', 'name', 'The generation’s name.', NULLABLE),
  start_time: column('timestamp', 'start_time', 'When the generation started: the event time.', CHANGEABLE),
  end_time: column('timestamp', 'end_time', 'When the generation ended; null while it runs.', NULLABLE),
  completion_start_time: column('timestamp', 'completion_start_time', 'When the first token arrived.', NULLABLE),
  model: column('text', 'model', 'The model, as the user named it.', NULLABLE),
  model_parameters: column('json', '"modelParameters"', 'The model’s parameters.', NULLABLE),
  level: column('text', 'level', 'DEBUG, DEFAULT, WARNING or ERROR.', CHANGEABLE),
  status_message: column('text', 'status_message', 'The error or status, as text.', { ...NULLABLE, personal: true }),
  version: column('text', 'version', 'The version of the generation.', NULLABLE),
  metadata: column('json', 'metadata', 'The generation’s metadata; any JSON value.', { ...NULLABLE, personal: true }),
  unit: column('text', 'unit', 'The unit of usage: TOKENS, CHARACTERS, ….', NULLABLE),
  created_at: column('timestamp', 'created_at', 'When Langfuse stored the generation.'),
  updated_at: column('timestamp', 'updated_at', 'When Langfuse last changed the generation.', CHANGEABLE),
  input_units: column('number', 'prompt_tokens', 'Tokens of the prompt.', { ...CHANGEABLE, unit: 'tokens' }),
  output_units: column('number', 'completion_tokens', 'Tokens of the completion.', { ...CHANGEABLE, unit: 'tokens' }),
  total_units: column('number', 'total_tokens', 'Tokens in total.', { ...CHANGEABLE, unit: 'tokens' }),
  input_cost: cost('input', 'What the prompt cost; null when unknown.'),
  output_cost: cost('output', 'What the completion cost; null when unknown.'),
  total_cost: cost('total', 'What the generation cost; null when unknown.'),
  latency: seconds('end_time', 'From start to end; null while it runs.'),
  time_to_first_token: seconds('completion_start_time', 'From start to the first token.'),
  prompt_name: joined('prompt', 'text', 'name', 'The name of the managed prompt.'),
  prompt_version: joined('prompt', 'number', 'version', 'The version of the managed prompt.'),
  ...JOINED_TRACE_ATTRIBUTES,
};

function cost(kind: CostKind, doc: string): SourceField {
  return expressed('number', costExpression('r', kind), COST_COLUMNS, doc, { ...NULLABLE, unit: 'usd' });
}

function seconds(until: string, doc: string): SourceField {
  return expressed('number', secondsBetween('r.start_time', `r.${until}`), ['start_time', until], doc, {
    ...NULLABLE,
    unit: 's',
  });
}
