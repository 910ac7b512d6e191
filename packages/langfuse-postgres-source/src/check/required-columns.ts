import type { Content } from '@sluice/langfuse-records';

type Columns = Readonly<Record<string, readonly string[]>>;

const COLUMNS = {
  projects: names('id name'),
  traces: names(`id timestamp name project_id metadata user_id release version public bookmarked session_id tags
    created_at updated_at`),
  observations: names(`id name start_time end_time parent_observation_id type trace_id metadata model modelParameters
    level status_message completion_start_time completion_tokens prompt_tokens total_tokens version project_id
    created_at updated_at unit prompt_id internal_model input_cost output_cost total_cost
    calculated_input_cost calculated_output_cost calculated_total_cost`),
  scores: names(`id timestamp name value string_value data_type source comment project_id trace_id observation_id
    author_user_id config_id created_at updated_at`),
  models: names('id project_id model_name start_date input_price output_price total_price unit'),
  prompts: names('id project_id name version'),
} satisfies Columns;

/** The columns of inputs and outputs; every version of Langfuse has them. */
export const CONTENT_COLUMNS = { traces: names('input output'), observations: names('input output') } satisfies Columns;

/** The tables that the source reads. */
export const REQUIRED_TABLES: readonly string[] = Object.keys(COLUMNS);

/** The columns that the source reads, by table. If one is missing, the version of Langfuse is not supported. */
export function requiredColumns(content: Content): Columns {
  if (content === 'omit') return COLUMNS;
  return {
    ...COLUMNS,
    traces: [...COLUMNS.traces, ...CONTENT_COLUMNS.traces],
    observations: [...COLUMNS.observations, ...CONTENT_COLUMNS.observations],
  };
}

function names(text: string): readonly string[] {
  return text.split(/\s+/);
}
