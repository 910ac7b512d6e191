/** Rows of Langfuse's tables. Times are ISO texts in UTC without a zone, as in the columns. */
export interface TraceRow {
  readonly id: string;
  readonly timestamp: string;
  readonly name: string | null;
  readonly project_id: string;
  readonly metadata: unknown;
  readonly user_id: string | null;
  readonly release: string | null;
  readonly version: string | null;
  readonly public: boolean;
  readonly bookmarked: boolean;
  readonly input: unknown;
  readonly output: unknown;
  readonly session_id: string | null;
  readonly tags: readonly string[] | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ObservationRow {
  readonly id: string;
  readonly type: 'SPAN' | 'EVENT' | 'GENERATION';
  readonly trace_id: string | null;
  readonly project_id: string;
  readonly parent_observation_id: string | null;
  readonly name: string | null;
  readonly start_time: string;
  readonly end_time: string | null;
  readonly completion_start_time: string | null;
  readonly model: string | null;
  readonly modelParameters: unknown;
  readonly metadata: unknown;
  readonly level: 'DEBUG' | 'DEFAULT' | 'WARNING' | 'ERROR';
  readonly status_message: string | null;
  readonly version: string | null;
  readonly unit: string | null;
  readonly prompt_id: string | null;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  /** Amounts are texts, which keep all thirty digits. */
  readonly input_cost: string | null;
  readonly output_cost: string | null;
  readonly total_cost: string | null;
  readonly calculated_input_cost: string | null;
  readonly calculated_output_cost: string | null;
  readonly calculated_total_cost: string | null;
  readonly internal_model: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ScoreRow {
  readonly id: string;
  readonly timestamp: string;
  readonly name: string;
  readonly value: number | string | null;
  readonly observation_id: string | null;
  readonly trace_id: string;
  readonly comment: string | null;
  readonly source: 'ANNOTATION' | 'API' | 'EVAL';
  readonly project_id: string;
  readonly author_user_id: string | null;
  readonly config_id: string | null;
  readonly data_type: 'CATEGORICAL' | 'NUMERIC' | 'BOOLEAN';
  readonly string_value: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export const A_PROJECT_ID = 'project-1';
const A_TIME = '2026-01-10T10:00:00.000';

/** A trace with nothing optional. Its times follow `created_at` or `timestamp`. */
export function aTrace(row: Partial<TraceRow> = {}): TraceRow {
  const createdAt = row.created_at ?? row.timestamp ?? A_TIME;
  return {
    id: 'trace-1',
    timestamp: createdAt,
    name: null,
    project_id: A_PROJECT_ID,
    metadata: null,
    user_id: null,
    release: null,
    version: null,
    public: false,
    bookmarked: false,
    input: null,
    output: null,
    session_id: null,
    tags: [],
    created_at: createdAt,
    updated_at: createdAt,
    ...row,
  };
}

/** A generation with nothing optional; with another `type`, a span or an event. */
export function aGeneration(row: Partial<ObservationRow> = {}): ObservationRow {
  const createdAt = row.created_at ?? row.start_time ?? A_TIME;
  return {
    id: 'generation-1',
    type: 'GENERATION',
    trace_id: null,
    project_id: A_PROJECT_ID,
    parent_observation_id: null,
    name: null,
    start_time: createdAt,
    end_time: null,
    completion_start_time: null,
    model: null,
    modelParameters: null,
    metadata: null,
    level: 'DEFAULT',
    status_message: null,
    version: null,
    unit: null,
    prompt_id: null,
    prompt_tokens: 0,
    completion_tokens: 0,
    total_tokens: 0,
    input_cost: null,
    output_cost: null,
    total_cost: null,
    calculated_input_cost: null,
    calculated_output_cost: null,
    calculated_total_cost: null,
    internal_model: null,
    created_at: createdAt,
    updated_at: createdAt,
    ...row,
  };
}

/** A numeric score of `trace-1`. */
export function aScore(row: Partial<ScoreRow> = {}): ScoreRow {
  const createdAt = row.created_at ?? row.timestamp ?? A_TIME;
  return {
    id: 'score-1',
    timestamp: createdAt,
    name: 'accuracy',
    value: 1,
    observation_id: null,
    trace_id: 'trace-1',
    comment: null,
    source: 'API',
    project_id: A_PROJECT_ID,
    author_user_id: null,
    config_id: null,
    data_type: 'NUMERIC',
    string_value: null,
    created_at: createdAt,
    updated_at: createdAt,
    ...row,
  };
}
