import type { ObservationRow, ScoreRow, TraceRow } from '../langfuse-rows.js';
import { costDetails } from '../model-prices.js';
import { promptOf } from '../prompts.js';
import type { ObservationVersion, ScoreVersion, TraceVersion } from './version-rows.js';

/** The row of Langfuse v2 as the newest version of the same record in v3. */
export function newestTrace(row: TraceRow): TraceVersion {
  return {
    ...versionTimes(row),
    id: row.id,
    project_id: row.project_id,
    timestamp: timeText(row.timestamp),
    name: row.name ?? '',
    user_id: row.user_id ?? null,
    session_id: row.session_id ?? null,
    release: row.release ?? null,
    version: row.version ?? null,
    public: row.public,
    bookmarked: row.bookmarked,
    tags: row.tags ?? [],
    metadata: metadataMap(row.metadata),
    input: jsonText(row.input),
    output: jsonText(row.output),
  };
}

export function newestObservation(row: ObservationRow): ObservationVersion {
  const costs = costDetails(row);
  const prompt = promptOf(row);
  return {
    ...versionTimes(row),
    id: row.id,
    project_id: row.project_id,
    // An observation without a trace gets its own.
    trace_id: row.trace_id ?? row.id,
    type: row.type,
    name: row.name ?? '',
    start_time: timeText(row.start_time),
    end_time: nullableTimeText(row.end_time),
    completion_start_time: nullableTimeText(row.completion_start_time),
    parent_observation_id: row.parent_observation_id ?? null,
    level: row.level,
    status_message: row.status_message ?? null,
    version: row.version ?? null,
    provided_model_name: row.model ?? null,
    model_parameters: jsonText(row.modelParameters),
    prompt_id: prompt?.id ?? null,
    prompt_name: prompt?.name ?? null,
    prompt_version: prompt?.version ?? null,
    metadata: metadataMap(row.metadata),
    usage_details: usageDetails(row),
    cost_details: costs,
    total_cost: costs['total'] ?? null,
  };
}

export function newestScore(row: ScoreRow): ScoreVersion {
  return {
    ...versionTimes(row),
    id: row.id,
    project_id: row.project_id,
    trace_id: row.trace_id,
    observation_id: row.observation_id ?? null,
    timestamp: timeText(row.timestamp),
    name: row.name,
    // A category without a number is stored as 0.
    value: Number(row.value ?? 0),
    string_value: row.string_value ?? null,
    data_type: row.data_type,
    source: row.source,
    comment: row.comment ?? null,
    author_user_id: row.author_user_id ?? null,
    config_id: row.config_id ?? null,
  };
}

type Times = Pick<TraceVersion, 'created_at' | 'updated_at' | 'event_ts'>;

function versionTimes(row: { readonly created_at: string; readonly updated_at: string }): Times {
  const updated = timeText(row.updated_at);
  return { created_at: timeText(row.created_at), updated_at: updated, event_ts: updated };
}

function usageDetails(row: ObservationRow): Readonly<Record<string, number>> {
  if (row.type !== 'GENERATION') return {};
  return { input: row.prompt_tokens, output: row.completion_tokens, total: row.total_tokens };
}

/** `2026-01-10T10:00:00.000` as ClickHouse writes it. */
function timeText(time: string): string {
  return time.replace('T', ' ');
}

function nullableTimeText(time: string | null | undefined): string | null {
  return time === null || time === undefined ? null : timeText(time);
}

function jsonText(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** A value that is no object is stored under the key `metadata`. */
function metadataMap(metadata: unknown): Readonly<Record<string, string>> {
  if (metadata === null || metadata === undefined) return {};
  const isObject = typeof metadata === 'object' && !Array.isArray(metadata);
  const entries: [string, unknown][] = isObject ? Object.entries(metadata) : [['metadata', metadata]];
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
