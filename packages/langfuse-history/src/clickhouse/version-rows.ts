import { A_PROJECT_ID } from '../langfuse-rows.js';

type Columns<Name extends string, Value> = Readonly<Record<Name, Value>>;
type Optional<Name extends string, Value> = Partial<Columns<Name, Value>>;

/** The times of a version, and whether it deletes. Times are texts in UTC without a zone: `2026-01-10 10:00:00.000`. */
type Version = Columns<'created_at' | 'updated_at' | 'event_ts', string> & Optional<'is_deleted', 0 | 1>;

/** Versions of rows of Langfuse v3's tables, as they are inserted. What is absent has the column's default. */
export type TraceVersion = Version &
  Columns<'id' | 'project_id' | 'timestamp', string> &
  Optional<'name' | 'environment', string> &
  Optional<'user_id' | 'session_id' | 'release' | 'version' | 'input' | 'output', string | null> &
  Optional<'public' | 'bookmarked', boolean> &
  Optional<'tags', readonly string[]> &
  Optional<'metadata', Readonly<Record<string, string>>>;

export type ObservationVersion = Version &
  Columns<'id' | 'project_id' | 'trace_id' | 'type' | 'start_time', string> &
  Optional<'name' | 'level' | 'environment', string> &
  Optional<'parent_observation_id' | 'status_message' | 'version' | 'input' | 'output', string | null> &
  Optional<'end_time' | 'completion_start_time', string | null> &
  Optional<
    'provided_model_name' | 'internal_model_id' | 'model_parameters' | 'prompt_id' | 'prompt_name',
    string | null
  > &
  Optional<'prompt_version', number | null> &
  Optional<'metadata', Readonly<Record<string, string>>> &
  Optional<'usage_details' | 'provided_usage_details', Readonly<Record<string, number>>> &
  /** Amounts are texts of at most twelve decimals. */
  Optional<'cost_details' | 'provided_cost_details', Readonly<Record<string, string>>> &
  Optional<'total_cost', string | null>;

export type ScoreVersion = Version &
  Columns<'id' | 'project_id' | 'timestamp' | 'name' | 'source' | 'data_type', string> &
  Columns<'value', number> &
  /** Before Langfuse v3.53 a score has a trace. */
  Columns<'trace_id', string | null> &
  Optional<'observation_id' | 'comment' | 'author_user_id' | 'config_id' | 'string_value' | 'queue_id', string | null> &
  Optional<'environment' | 'long_string_value', string> &
  Optional<'session_id' | 'dataset_run_id' | 'execution_trace_id', string | null> &
  Optional<'metadata', Readonly<Record<string, string>>>;

const A_TIME = '2026-01-10 10:00:00.000';

/** A version of a trace with nothing optional. Its times follow `created_at`, then `timestamp`. */
export function aTraceVersion(row: Partial<TraceVersion> = {}): TraceVersion {
  const createdAt = row.created_at ?? row.timestamp ?? A_TIME;
  return { id: 'trace-1', timestamp: createdAt, ...versionOf(createdAt, row), ...row };
}

/** A version of a generation of `trace-1` with nothing optional; with another `type`, of that kind of observation. */
export function anObservationVersion(row: Partial<ObservationVersion> = {}): ObservationVersion {
  const createdAt = row.created_at ?? row.start_time ?? A_TIME;
  const identity = { id: 'generation-1', trace_id: 'trace-1', type: 'GENERATION', level: 'DEFAULT' };
  return { ...identity, start_time: createdAt, ...versionOf(createdAt, row), ...row };
}

/** A version of a numeric score of `trace-1`. */
export function aScoreVersion(row: Partial<ScoreVersion> = {}): ScoreVersion {
  const createdAt = row.created_at ?? row.timestamp ?? A_TIME;
  const identity = {
    id: 'score-1',
    trace_id: 'trace-1',
    name: 'accuracy',
    value: 1,
    source: 'API',
    data_type: 'NUMERIC',
  };
  return { ...identity, timestamp: createdAt, ...versionOf(createdAt, row), ...row };
}

function versionOf(
  createdAt: string,
  { updated_at: updatedAt = createdAt }: Partial<Version>,
): Version & Columns<'project_id', string> {
  return { project_id: A_PROJECT_ID, created_at: createdAt, updated_at: updatedAt, event_ts: updatedAt };
}
