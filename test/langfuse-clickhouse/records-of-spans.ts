import type { ScoreVersion, SpanVersion } from '@sluice/langfuse-history';
import { millisecondsOf, type ExpectedRecord } from './expected-record.js';
import { newestOf, placeOf, scoreRecords, textOf, userOf } from './newest-of.js';

/** Every row that was written to the tables of Langfuse v4, in any order. */
export interface WrittenSpans {
  readonly spans: readonly SpanVersion[];
  readonly scores: readonly ScoreVersion[];
}

/** The records of all streams, from plain rows and without SQL: a trace is what its spans, each the newest, say. */
export function recordsOfSpans({ spans, scores }: WrittenSpans): readonly ExpectedRecord[] {
  const newest = newestOf(spans, ({ span_id: id }) => id);
  const observations = newest.filter((span) => !isOfTrace(span));
  const traceOf = (project: string, id: string | null) =>
    newest.filter((span) => span.project_id === project && span.trace_id === id);
  const traces = [...new Set(newest.map((span) => JSON.stringify([span.project_id, span.trace_id])))].map(
    (place): readonly SpanVersion[] => {
      const [project, id]: [string, string] = JSON.parse(place);
      return traceOf(project, id);
    },
  );
  return [
    ...traces.map(traceRecord),
    ...observations.filter(({ type }) => type === 'GENERATION').map((span) => spanRecord('generation', span)),
    ...observations.map((span) => spanRecord('observation', span)),
    ...scoreRecords(scores, (score) =>
      userOf(latest(traceOf(score.project_id, score.trace_id), (span) => userOf(span.user_id))),
    ),
  ];
}

/** Whether the span stands for its trace. */
function isOfTrace(span: SpanVersion): boolean {
  return span.span_id === `t-${span.trace_id}`;
}

function isRoot(span: SpanVersion): boolean {
  return span.parent_span_id === '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** What the last span that has it says; of those of one time, the one with the last id. */
function latest<Value>(spans: readonly SpanVersion[], valueOf: (span: SpanVersion) => Value | null): Value | null {
  const having = spans.filter((span) => valueOf(span) !== null);
  const [last] = having.toSorted((a, b) => compare(b.event_ts, a.event_ts) || compare(b.span_id, a.span_id));
  return last === undefined ? null : valueOf(last);
}

function traceRecord(spans: readonly SpanVersion[]): ExpectedRecord {
  const byStart = spans.toSorted((a, b) => millisecondsOf(a.start_time) - millisecondsOf(b.start_time));
  const root = spans.find(isOfTrace) ?? byStart.find(isRoot);
  const [first] = byStart;
  if (first === undefined) throw new Error('a trace without spans');
  const created = spans.map(({ created_at: createdAt }) => createdAt).toSorted();
  const observations = spans.filter((span) => !isOfTrace(span));
  const starts = observations.map((span) => millisecondsOf(span.start_time));
  const ends = observations.map((span) => millisecondsOf(span.end_time ?? span.start_time));
  const happened = (root ?? first).start_time;
  return {
    ...placeOf('trace', { ...first, created_at: created[0] ?? '' }, first.trace_id, happened),
    values: {
      id: first.trace_id,
      project_id: first.project_id,
      timestamp: millisecondsOf(happened),
      name: latest(spans, (span) => textOf(span.trace_name)) ?? textOf(root?.name),
      user_id: latest(spans, (span) => userOf(span.user_id)),
      bookmarked: root?.bookmarked ?? false,
      tags: latest(spans, (span) => (span.tags?.length === 0 ? null : (span.tags ?? null))) ?? [],
      total_cost: observations.reduce((sum, span) => sum + Number(span.cost_details?.['total'] ?? 0), 0),
      observation_count: observations.length,
      latency: observations.length === 0 ? null : (Math.max(...ends) - Math.min(...starts)) / 1000,
    },
  };
}

function spanRecord(stream: string, span: SpanVersion): ExpectedRecord {
  const cost = span.cost_details?.['total'];
  return {
    ...placeOf(stream, span, span.span_id, span.start_time),
    values: {
      id: span.span_id,
      project_id: span.project_id,
      ...(stream === 'observation' && { type: span.type }),
      trace_id: span.trace_id,
      start_time: millisecondsOf(span.start_time),
      name: textOf(span.name),
      total_cost: cost === undefined ? null : Number(cost),
      'trace.user_id': userOf(span.user_id),
      'trace.name': textOf(span.trace_name) ?? (isRoot(span) ? textOf(span.name) : null),
    },
  };
}
