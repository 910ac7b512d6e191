import type { TraceHistory } from '../trace-history.js';
import { movedTime } from './moved-time.js';
import { newestObservation, newestTrace } from './newest-versions.js';
import { shareOfId } from './share-of-id.js';
import type { SpanVersion } from './span-rows.js';
import type { ObservationVersion, TraceVersion } from './version-rows.js';

/** Who wrote a span: the SDK by OTLP, the job that follows the tables of v3, or the migration of an upgrade. */
export type SpanWriter = 'otel' | 'ingestion-api-dual-write' | 'ingestion-api-backfill';

/**
 * The spans that Langfuse v4 writes of one trace with its observations. By OTLP each is written once, at its arrival, or
 * twice if it was sent twice. The other writers keep the times of the rows of v3, and write the trace as a span too.
 */
export function spansOfHistory(history: TraceHistory, writer: SpanWriter): readonly SpanVersion[] {
  const trace = newestTrace(history.traces[0]);
  const spans = history.observations.map((row) => spanOf(newestObservation(row), trace, writer));
  if (writer !== 'otel') return [traceSpan(trace, writer), ...spans];
  return spans.flatMap((span) => {
    const arrival = span.created_at;
    const first = { ...span, ...arrivedAt(movedTime(arrival, -2000)), name: 'sent before' };
    const last = { ...span, ...arrivedAt(arrival) };
    return shareOfId(span.span_id, 'sent twice') < 0.02 ? [first, last] : [last];
  });
}

function arrivedAt(time: string): Pick<SpanVersion, 'created_at' | 'updated_at' | 'event_ts'> {
  return { created_at: time, updated_at: time, event_ts: time };
}

/** The attributes of the trace that the SDK or the job puts on every span. */
function traceAttributes(trace: TraceVersion): Partial<SpanVersion> {
  return {
    trace_name: trace.name ?? '',
    user_id: trace.user_id ?? '',
    session_id: trace.session_id ?? '',
    release: trace.release ?? '',
    tags: trace.tags ?? [],
    metadata_names: Object.keys(trace.metadata ?? {}),
    metadata_values: Object.values(trace.metadata ?? {}),
    public: trace.public ?? false,
  };
}

function spanOf(row: ObservationVersion, trace: TraceVersion, writer: SpanWriter): SpanVersion {
  const isRoot = (row.parent_observation_id ?? null) === null;
  return {
    ...traceAttributes(trace),
    project_id: row.project_id,
    trace_id: row.trace_id,
    span_id: row.id,
    parent_span_id: row.parent_observation_id ?? (writer === 'otel' ? '' : `t-${trace.id}`),
    type: row.type,
    name: row.name ?? '',
    // By OTLP a trace begins with its root.
    start_time: isRoot && writer === 'otel' ? trace.timestamp : row.start_time,
    end_time: row.end_time ?? null,
    completion_start_time: row.completion_start_time ?? null,
    level: row.level ?? 'DEFAULT',
    status_message: row.status_message ?? '',
    version: row.version ?? trace.version ?? '',
    provided_model_name: row.provided_model_name ?? '',
    model_parameters: row.model_parameters ?? '',
    prompt_id: row.prompt_id ?? '',
    prompt_name: row.prompt_name ?? '',
    prompt_version: row.prompt_version ?? null,
    usage_details: row.usage_details ?? {},
    cost_details: row.cost_details ?? {},
    ...(isRoot && { input: trace.input ?? '', output: trace.output ?? '' }),
    created_at: row.created_at,
    updated_at: row.updated_at,
    event_ts: row.event_ts,
    source: writer,
  };
}

function traceSpan(trace: TraceVersion, writer: SpanWriter): SpanVersion {
  return {
    ...traceAttributes(trace),
    project_id: trace.project_id,
    trace_id: trace.id,
    span_id: `t-${trace.id}`,
    parent_span_id: '',
    type: 'SPAN',
    name: trace.name ?? '',
    start_time: trace.timestamp,
    level: 'DEFAULT',
    version: trace.version ?? '',
    bookmarked: trace.bookmarked ?? false,
    input: trace.input ?? '',
    output: trace.output ?? '',
    created_at: trace.created_at,
    updated_at: trace.updated_at,
    event_ts: trace.event_ts,
    source: writer,
  };
}
