type Columns<Name extends string, Value> = Readonly<Record<Name, Value>>;
type Nullable<Name extends string, Value = string> = Partial<Columns<Name, Value | null>>;

/** Rows of Langfuse's tables. Times are ISO texts in UTC without a zone, as in the columns. What is absent is null. */
export type TraceRow = Columns<'id' | 'project_id' | 'timestamp' | 'created_at' | 'updated_at', string> &
  Columns<'public' | 'bookmarked', boolean> &
  Nullable<'name' | 'user_id' | 'session_id' | 'release' | 'version'> &
  Nullable<'tags', readonly string[]> &
  Nullable<'metadata' | 'input' | 'output', unknown>;

/** Amounts are texts, which keep all thirty digits. */
type AmountColumn = `${'' | 'calculated_'}${'input' | 'output' | 'total'}_cost`;

export type ObservationRow = Columns<'id' | 'project_id' | 'start_time' | 'created_at' | 'updated_at', string> &
  Columns<'type', 'SPAN' | 'EVENT' | 'GENERATION'> &
  Columns<'level', 'DEBUG' | 'DEFAULT' | 'WARNING' | 'ERROR'> &
  Columns<'prompt_tokens' | 'completion_tokens' | 'total_tokens', number> &
  Nullable<'trace_id' | 'parent_observation_id' | 'prompt_id' | 'name' | 'end_time' | 'completion_start_time'> &
  Nullable<'model' | 'internal_model' | 'status_message' | 'version' | 'unit' | AmountColumn> &
  Nullable<'metadata' | 'modelParameters' | 'input' | 'output', unknown>;

export type ScoreRow = Columns<'id' | 'project_id' | 'trace_id' | 'name', string> &
  Columns<'timestamp' | 'created_at' | 'updated_at', string> &
  Columns<'source', 'ANNOTATION' | 'API' | 'EVAL'> &
  Columns<'data_type', 'CATEGORICAL' | 'NUMERIC' | 'BOOLEAN'> &
  Nullable<'value', number | string> &
  Nullable<'observation_id' | 'comment' | 'author_user_id' | 'config_id' | 'string_value'>;

export const A_PROJECT_ID = 'project-1';
const A_TIME = '2026-01-10T10:00:00.000';

/** A trace with nothing optional. Its times follow `created_at` or `timestamp`. */
export function aTrace(row: Partial<TraceRow> = {}): TraceRow {
  const createdAt = row.created_at ?? row.timestamp ?? A_TIME;
  return {
    id: 'trace-1',
    project_id: A_PROJECT_ID,
    timestamp: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    public: false,
    bookmarked: false,
    tags: [],
    ...row,
  };
}

/** A generation with nothing optional; with another `type`, a span or an event. */
export function aGeneration(row: Partial<ObservationRow> = {}): ObservationRow {
  const createdAt = row.created_at ?? row.start_time ?? A_TIME;
  return {
    id: 'generation-1',
    project_id: A_PROJECT_ID,
    type: 'GENERATION',
    start_time: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    level: 'DEFAULT',
    prompt_tokens: 0,
    completion_tokens: 0,
    total_tokens: 0,
    ...row,
  };
}

/** A numeric score of `trace-1`. */
export function aScore(row: Partial<ScoreRow> = {}): ScoreRow {
  const createdAt = row.created_at ?? row.timestamp ?? A_TIME;
  return {
    id: 'score-1',
    project_id: A_PROJECT_ID,
    trace_id: 'trace-1',
    name: 'accuracy',
    value: 1,
    timestamp: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    source: 'API',
    data_type: 'NUMERIC',
    ...row,
  };
}
