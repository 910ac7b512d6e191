import type { ObservationVersion, ScoreVersion, TraceVersion } from '@sluice/langfuse-history';
import { millisecondsOf, type ExpectedRecord } from './expected-record.js';

/** Every row that was written to the tables of Langfuse v3, in any order. */
export interface WrittenVersions {
  readonly traces: readonly TraceVersion[];
  readonly observations: readonly ObservationVersion[];
  readonly scores: readonly ScoreVersion[];
}

/** The records of all streams, from plain rows and without SQL: of the versions of a record, the newest counts. */
export function recordsOfVersions({ traces, observations, scores }: WrittenVersions): readonly ExpectedRecord[] {
  const newestTraces = newestOf(traces);
  const newestObservations = newestOf(observations);
  const generations = newestObservations.filter(({ type }) => type === 'GENERATION');
  const joined = (row: { project_id: string; trace_id: string | null }) =>
    newestTraces.find(({ project_id: project, id }) => project === row.project_id && id === row.trace_id);
  return [
    ...newestTraces.map((trace) => traceRecord(trace, newestObservations)),
    ...generations.map((row) => observationRecord('generation', row, joined(row))),
    ...newestObservations.map((row) => observationRecord('observation', row, joined(row))),
    ...newestOf(scores)
      .filter(({ data_type: type }) => type !== 'CORRECTION')
      .map((row) => scoreRecord(row, joined(row))),
  ];
}

function newestOf<Version extends TraceVersion | ObservationVersion | ScoreVersion>(
  rows: readonly Version[],
): readonly Version[] {
  const newest = new Map<string, Version>();
  for (const row of rows) {
    const known = newest.get(keyOf(row));
    if (known === undefined || known.event_ts < row.event_ts) newest.set(keyOf(row), row);
  }
  return [...newest.values()].filter((row) => row.is_deleted !== 1);
}

function keyOf({ project_id: project, id }: { readonly project_id: string; readonly id: string }): string {
  return `${project}/${id}`;
}

function traceRecord(trace: TraceVersion, observations: readonly ObservationVersion[]): ExpectedRecord {
  const own = observations.filter((row) => row.project_id === trace.project_id && row.trace_id === trace.id);
  const starts = own.map((row) => millisecondsOf(row.start_time));
  const ends = own.map((row) => millisecondsOf(row.end_time ?? row.start_time));
  return {
    ...placeOf('trace', trace, trace.timestamp),
    values: {
      id: trace.id,
      project_id: trace.project_id,
      timestamp: millisecondsOf(trace.timestamp),
      name: textOf(trace.name),
      user_id: userOf(trace.user_id),
      bookmarked: trace.bookmarked ?? false,
      tags: trace.tags ?? [],
      total_cost: own.reduce((sum, row) => sum + Number(row.total_cost ?? 0), 0),
      observation_count: own.length,
      latency: own.length === 0 ? null : (Math.max(...ends) - Math.min(...starts)) / 1000,
    },
  };
}

function observationRecord(stream: string, row: ObservationVersion, trace: TraceVersion | undefined): ExpectedRecord {
  return {
    ...placeOf(stream, row, row.start_time),
    values: {
      id: row.id,
      project_id: row.project_id,
      ...(stream === 'observation' && { type: row.type }),
      trace_id: row.trace_id,
      start_time: millisecondsOf(row.start_time),
      name: textOf(row.name),
      total_cost: row.total_cost === undefined || row.total_cost === null ? null : Number(row.total_cost),
      'trace.user_id': userOf(trace?.user_id),
      'trace.name': textOf(trace?.name),
    },
  };
}

function scoreRecord(row: ScoreVersion, trace: TraceVersion | undefined): ExpectedRecord {
  const isCategory = ['CATEGORICAL', 'TEXT'].includes(row.data_type) && textOf(row.string_value) !== null;
  return {
    ...placeOf('score', row, row.timestamp),
    values: {
      id: row.id,
      project_id: row.project_id,
      timestamp: millisecondsOf(row.timestamp),
      name: row.name,
      value: isCategory ? null : row.value,
      string_value: textOf(row.string_value),
      'trace.user_id': userOf(trace?.user_id),
    },
  };
}

function placeOf(stream: string, row: TraceVersion | ObservationVersion | ScoreVersion, happened: string) {
  return { stream, key: keyOf(row), createdAt: millisecondsOf(row.created_at), happenedAt: millisecondsOf(happened) };
}

function textOf(text: string | null | undefined): string | null {
  return text === undefined || text === null || text === '' ? null : text;
}

function userOf(user: string | null | undefined): string | null {
  return user === undefined || user === null || user.trim() === '' ? null : user;
}
