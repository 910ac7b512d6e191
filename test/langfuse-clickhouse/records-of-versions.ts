import type { ObservationVersion, ScoreVersion, TraceVersion } from '@sluice/langfuse-history';
import { millisecondsOf, type ExpectedRecord } from './expected-record.js';
import { newestOf, placeOf, scoreRecords, textOf, userOf } from './newest-of.js';

/** Every row that was written to the tables of Langfuse v3, in any order. */
export interface WrittenVersions {
  readonly traces: readonly TraceVersion[];
  readonly observations: readonly ObservationVersion[];
  readonly scores: readonly ScoreVersion[];
}

/** The records of all streams, from plain rows and without SQL: of the versions of a record, the newest counts. */
export function recordsOfVersions({ traces, observations, scores }: WrittenVersions): readonly ExpectedRecord[] {
  const newestTraces = newestOf(traces, ({ id }) => id);
  const newestObservations = newestOf(observations, ({ id }) => id);
  const generations = newestObservations.filter(({ type }) => type === 'GENERATION');
  const joined = (row: { project_id: string; trace_id: string | null }) =>
    newestTraces.find(({ project_id: project, id }) => project === row.project_id && id === row.trace_id);
  return [
    ...newestTraces.map((trace) => traceRecord(trace, newestObservations)),
    ...generations.map((row) => observationRecord('generation', row, joined(row))),
    ...newestObservations.map((row) => observationRecord('observation', row, joined(row))),
    ...scoreRecords(scores, (score) => userOf(joined(score)?.user_id)),
  ];
}

function traceRecord(trace: TraceVersion, observations: readonly ObservationVersion[]): ExpectedRecord {
  const own = observations.filter((row) => row.project_id === trace.project_id && row.trace_id === trace.id);
  const starts = own.map((row) => millisecondsOf(row.start_time));
  const ends = own.map((row) => millisecondsOf(row.end_time ?? row.start_time));
  return {
    ...placeOf('trace', trace, trace.id, trace.timestamp),
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
    ...placeOf(stream, row, row.id, row.start_time),
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
