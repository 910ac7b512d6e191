import { CONTENT_FIELDS } from './content-fields.js';
import { CHANGEABLE, field, NULLABLE, PERSONAL } from './field.js';
import { environmentOf, PROJECT_ID, PROJECT_NAME, TRACE_ID_DOC } from './shared-fields.js';
import { JOINED_TRACE_ATTRIBUTES } from './trace-attributes.js';

/** The fields that observations of every type have. */
function observationFields(noun: 'generation' | 'observation') {
  return {
    id: field('text', `The ${noun}’s id.`),
    project_id: PROJECT_ID,
    project_name: PROJECT_NAME,
    trace_id: field('text', TRACE_ID_DOC, NULLABLE),
    parent_observation_id: field('text', 'The observation that this one is part of.', NULLABLE),
    name: field('text', `The ${noun}’s name.`, NULLABLE),
    start_time: field('timestamp', `When the ${noun} started: the event time.`, CHANGEABLE),
    end_time: field('timestamp', `When the ${noun} ended; null while it runs.`, NULLABLE),
    completion_start_time: field('timestamp', 'When the first token arrived.', NULLABLE),
    model: field('text', 'The model, as the user named it.', NULLABLE),
    model_parameters: field('json', 'The model’s parameters.', NULLABLE),
    level: field('text', 'DEBUG, DEFAULT, WARNING or ERROR.', CHANGEABLE),
    status_message: field('text', 'The error or status, as text.', PERSONAL),
    version: field('text', `The version of the ${noun}.`, NULLABLE),
    metadata: field('json', `The ${noun}’s metadata; any JSON value.`, PERSONAL),
    unit: field('text', 'The unit of usage: TOKENS, CHARACTERS, ….', NULLABLE),
    created_at: field('timestamp', `When Langfuse stored the ${noun}.`),
    updated_at: field('timestamp', `When Langfuse last changed the ${noun}.`, CHANGEABLE),
    input_units: tokens('Tokens of the prompt.'),
    output_units: tokens('Tokens of the completion.'),
    total_units: tokens('Tokens in total.'),
    input_cost: cost('What the prompt cost; null when unknown.'),
    output_cost: cost('What the completion cost; null when unknown.'),
    total_cost: cost(`What the ${noun} cost; null when unknown.`),
    latency: seconds('From start to end; null while it runs.'),
    time_to_first_token: seconds('From start to the first token.'),
    prompt_name: field('text', 'The name of the managed prompt.', NULLABLE),
    prompt_version: field('number', 'The version of the managed prompt.', NULLABLE),
    environment: environmentOf(noun),
    usage_details: field('json', 'The usage by kind, such as input_cached_tokens.', NULLABLE),
    cost_details: field('json', 'The cost in US dollars by kind of usage.', NULLABLE),
    ...CONTENT_FIELDS,
    ...JOINED_TRACE_ATTRIBUTES,
  };
}

function tokens(doc: string) {
  return field('number', doc, { ...CHANGEABLE, unit: 'tokens' });
}

function cost(doc: string) {
  return field('number', doc, { ...NULLABLE, unit: 'usd' });
}

function seconds(doc: string) {
  return field('number', doc, { ...NULLABLE, unit: 's' });
}

export const GENERATION_FIELDS = observationFields('generation');

const { id, ...OTHER_FIELDS } = observationFields('observation');

export const OBSERVATION_FIELDS = {
  id,
  type: field('text', 'SPAN, EVENT or GENERATION; on Langfuse v3 and v4 also others, such as AGENT or TOOL.'),
  ...OTHER_FIELDS,
};
