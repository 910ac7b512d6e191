import { A_PROJECT_ID } from '../langfuse-rows.js';

type Columns<Name extends string, Value> = Readonly<Record<Name, Value>>;
type Optional<Name extends string, Value> = Partial<Columns<Name, Value>>;

/**
 * A version of a row of Langfuse v4's `events_full`, as it is inserted. Times are texts in UTC without a zone, with up to
 * six decimals. What is absent has the column's default, which for texts is the empty text.
 */
export type SpanVersion = Columns<'project_id' | 'trace_id' | 'span_id' | 'type' | 'start_time', string> &
  Columns<'created_at' | 'updated_at' | 'event_ts', string> &
  Optional<'parent_span_id' | 'name' | 'environment' | 'version' | 'release' | 'trace_name' | 'user_id', string> &
  Optional<'session_id' | 'level' | 'status_message' | 'prompt_id' | 'prompt_name' | 'source', string> &
  Optional<'provided_model_name' | 'model_parameters' | 'input' | 'output', string> &
  Optional<'end_time' | 'completion_start_time', string | null> &
  Optional<'prompt_version', number | null> &
  Optional<'bookmarked' | 'public' | 'is_app_root', boolean> &
  Optional<'tags' | 'metadata_names' | 'metadata_values', readonly string[]> &
  Optional<'usage_details' | 'provided_usage_details', Readonly<Record<string, number>>> &
  /** Amounts are texts of at most twelve decimals. */
  Optional<'cost_details' | 'provided_cost_details', Readonly<Record<string, string>>> &
  Optional<'is_deleted', 0 | 1>;

const A_TIME = '2026-01-10 10:00:00.000';

/** A version of a generation's span in `trace-1` with nothing optional; with another `type`, of another observation. */
export function aSpanVersion(row: Partial<SpanVersion> = {}): SpanVersion {
  const createdAt = row.created_at ?? row.start_time ?? A_TIME;
  return {
    project_id: A_PROJECT_ID,
    trace_id: 'trace-1',
    span_id: 'generation-1',
    type: 'GENERATION',
    level: 'DEFAULT',
    start_time: createdAt,
    created_at: createdAt,
    updated_at: createdAt,
    event_ts: createdAt,
    source: 'otel',
    ...row,
  };
}
