import type { TraceHistory } from '../trace-history.js';
import { movedTime, timeOf } from './moved-time.js';
import { newestObservation, newestScore, newestTrace } from './newest-versions.js';
import { shareOfId } from './share-of-id.js';
import type { ObservationVersion, ScoreVersion, TraceVersion } from './version-rows.js';

/** The rows of tables, in the order in which Langfuse writes them. */
export interface Versions {
  readonly traces: readonly TraceVersion[];
  readonly observations: readonly ObservationVersion[];
  readonly scores: readonly ScoreVersion[];
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * The versions that Langfuse v3 writes of one trace with its observations and scores: most records come twice, some with
 * another sorting key or an earlier creation, some are edited in the user interface afterwards. The newest version of a
 * record says what the history says. No time is later than `latest`, in epoch milliseconds.
 */
export function versionsOfHistory(history: TraceHistory, latest: number): Versions {
  return {
    traces: history.traces.flatMap((row) => traceVersions(newestTrace(row), latest)),
    observations: history.observations.flatMap((row) => observationVersions(newestObservation(row))),
    scores: history.scores.flatMap((row) => scoreVersions(newestScore(row), latest)),
  };
}

function traceVersions(newest: TraceVersion, latest: number): TraceVersion[] {
  const { id, timestamp, created_at: createdAt } = newest;
  const first: TraceVersion = {
    ...newest,
    ...firstTimes(newest, id),
    // The sorting key has the day: the row then exists twice.
    timestamp: shareOfId(id, 'other day') < 0.03 ? movedTime(timestamp, -DAY_MS) : timestamp,
    user_id: null,
    tags: [],
    output: null,
  };
  const versions = createdAt < newest.event_ts ? [first, newest] : [newest];
  const edited = editTimes(newest, shareOfId(id, 'bookmark') < 0.05, latest);
  return [...versions, ...edited.map((time, index) => ({ ...newest, bookmarked: index === 0, event_ts: time }))];
}

function observationVersions(newest: ObservationVersion): ObservationVersion[] {
  const { id, type, created_at: createdAt } = newest;
  if (createdAt >= newest.event_ts) return [newest];
  const isOtherType = type === 'GENERATION' && shareOfId(id, 'other type') < 0.02;
  const first: ObservationVersion = {
    ...newest,
    ...firstTimes(newest, id),
    type: isOtherType ? 'SPAN' : type,
    end_time: null,
    usage_details: {},
    // Also where the newest cost is unknown.
    cost_details: shareOfId(id, 'cost') < 0.2 ? { total: '1.000000000000' } : {},
    total_cost: shareOfId(id, 'cost') < 0.2 ? '1.000000000000' : null,
    output: null,
  };
  return [first, newest];
}

function scoreVersions(newest: ScoreVersion, latest: number): ScoreVersion[] {
  const [corrected] = editTimes(
    newest,
    newest.source === 'ANNOTATION' && shareOfId(newest.id, 'correct') < 0.3,
    latest,
  );
  if (corrected === undefined) return [newest];
  // The annotator's correction keeps the old `updated_at`.
  return [
    { ...newest, value: newest.value + 1, string_value: newest.string_value === null ? null : 'neutral' },
    { ...newest, event_ts: corrected },
  ];
}

/** Those of a first version. The clock that gave it may be behind that of the next. */
function firstTimes({ created_at: createdAt }: TraceVersion | ObservationVersion, id: string): Partial<TraceVersion> {
  const created = shareOfId(id, 'created') < 0.03 ? movedTime(createdAt, -3000) : createdAt;
  return { created_at: created, updated_at: created, event_ts: created };
}

/** When an edit in the user interface was made, and when it was taken back. */
function editTimes({ event_ts: time }: TraceVersion | ScoreVersion, isEdited: boolean, latest: number): string[] {
  const times = [movedTime(time, HOUR_MS / 2), movedTime(time, HOUR_MS)];
  return isEdited && (times[1] ?? '') <= timeOf(latest) ? times : [];
}
