import {
  anObservationVersion,
  aScoreVersion,
  aSpanVersion,
  aTraceVersion,
  type SpanVersion,
} from '@sluice/langfuse-history';
import fc from 'fast-check';
import type { WrittenVersions } from './records-of-versions.js';

export const START = Date.UTC(2026, 2, 10, 12);
export const DAY = 86_400_000;
const MINUTE = 60_000;

/** One version of one record; its place in the list says when it was written. */
const version = fc.record({
  kind: fc.constantFrom('trace', 'observation', 'observation', 'score'),
  project: fc.constantFrom('a', 'b'),
  id: fc.nat(3),
  value: fc.nat(3),
  /** Written with the time of its writing instead of that of the first version, as when the earlier row is not found. */
  hasNewCreation: fc.boolean(),
  /** Another day is another sorting key: both rows remain. */
  isOtherDay: fc.boolean(),
  isDeleted: fc.nat(9).map((number) => number === 0),
  isGeneration: fc.nat(3).map((number) => number > 0),
  text: fc.constantFrom('', 'x', 'y', `it's "z"\t\n\\`),
  user: fc.constantFrom(null, '', ' ', 'u1', 'u2'),
  cost: fc.constantFrom(null, '0.000000000000', '0.250000000000', '1.500000000000'),
  dataType: fc.constantFrom('NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'CORRECTION'),
});

type Version = typeof version extends fc.Arbitrary<infer Value> ? Value : never;

/** Versions of few records in two projects, with the same ids in both: written in this order, a minute apart. */
export const someVersions = fc
  .array(version, { minLength: 5, maxLength: 40 })
  .map((drawn) => (run: number) => written(drawn, run));

function written(drawn: readonly Version[], run: number): WrittenVersions {
  const traces = [];
  const observations = [];
  const scores = [];
  const firstCreations = new Map<string, number>();
  for (const [index, each] of drawn.entries()) {
    const now = START + index * 7 * MINUTE;
    const record = `${each.kind}/${each.project}/${each.id}`;
    const created = each.hasNewCreation ? now : (firstCreations.get(record) ?? now);
    firstCreations.set(record, created);
    // Every third record happened long before it arrived.
    const happened = START - each.id * MINUTE - (each.id === 3 ? 60 * DAY : 0) - (each.isOtherDay ? DAY : 0);
    // No version has another trace than the first: so it is in Langfuse.
    const trace = `t${(each.id + drawn.length) % 4}`;
    const common = {
      project_id: `run-${run}-${each.project}`,
      created_at: at(created),
      updated_at: at(created),
      event_ts: at(now),
      is_deleted: each.isDeleted ? (1 as const) : (0 as const),
    };
    if (each.kind === 'trace') {
      const own = { name: each.text, user_id: each.user, bookmarked: each.isGeneration, tags: [each.text] };
      traces.push(aTraceVersion({ ...common, ...own, id: `t${each.id}`, timestamp: at(happened) }));
    } else if (each.kind === 'observation') {
      const own = { type: each.isGeneration ? 'GENERATION' : 'SPAN', name: each.text, total_cost: each.cost };
      const times = { start_time: at(happened), end_time: each.isOtherDay ? null : at(happened + 1500) };
      observations.push(anObservationVersion({ ...common, ...own, ...times, id: `o${each.id}`, trace_id: trace }));
    } else {
      const own = { value: each.value, string_value: each.user, data_type: each.dataType, name: each.text };
      scores.push(aScoreVersion({ ...common, ...own, id: `s${each.id}`, trace_id: trace, timestamp: at(happened) }));
    }
  }
  return { traces, observations, scores };
}

/** Versions of spans and scores of few traces in two projects, written in this order. */
export const someSpans = fc.array(version, { minLength: 5, maxLength: 40 }).map((drawn) => (run: number) => ({
  spans: drawn.flatMap((each, index) => (each.kind === 'score' ? [] : [spanOf(each, index, drawn.length, run)])),
  scores: written(drawn, run).scores,
}));

function spanOf(each: Version, index: number, length: number, run: number): SpanVersion {
  const isTrace = each.kind === 'trace';
  const trace = isTrace ? each.id : (each.id + length) % 4;
  const now = START + index * 7 * MINUTE;
  // The spans of every third trace happened long before they arrived.
  const happened = START - trace * MINUTE - (trace === 3 ? 60 * DAY : 0) - (each.isOtherDay ? DAY : 0) + each.id * 10;
  return aSpanVersion({
    project_id: `run-${run}-${each.project}`,
    trace_id: `t${trace}`,
    span_id: isTrace ? `t-t${trace}` : `o${each.id}`,
    parent_span_id: isTrace || each.id < 2 ? '' : 'o0',
    type: isTrace || !each.isGeneration ? 'SPAN' : 'GENERATION',
    name: `name ${each.id}`,
    trace_name: each.text,
    user_id: each.user ?? '',
    tags: each.text === '' ? [] : [each.text],
    bookmarked: each.isGeneration,
    start_time: at(happened),
    end_time: each.isOtherDay ? null : at(happened + 1500),
    cost_details: each.cost === null ? {} : { total: each.cost },
    created_at: at(now),
    updated_at: at(now),
    event_ts: at(now),
    is_deleted: each.isDeleted ? 1 : 0,
  });
}

/** A moment as Langfuse's columns hold it. */
export function at(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1).replace('T', ' ');
}
