import type { BackfillPreview, ExpectedPace, StreamBackfillPreview } from '@sluice/core/engine';
import { durationText } from './duration-text.js';
import { momentText } from './moment-text.js';
import { integer, table } from './table.js';

const BASES: Readonly<Record<ExpectedPace['basis'], string>> = {
  'first-backfill': 'as fast as the first backfill of this pipeline went, waiting included',
  sample: 'as fast as some records of the range were read, mapped and encoded just now; sending comes on top',
  limit: 'what delivery.maxEventsPerSecond allows',
};

/** What a backfill would do, for people. */
export function backfillPlanText(pipeline: string, preview: BackfillPreview): string {
  const { from, until, createdBefore, isResumed, streams, history, pace, expectedMs } = preview;
  const heading = ['stream', 'windows', 'records', 'events', 'requests'];
  const rows = streams.map(({ stream, windows, records, events, requests }) => [
    stream,
    integer(windows),
    estimated(records),
    estimated(events),
    requests === undefined ? '?' : `≥ ${integer(requests)}`,
  ]);
  const lines = [
    `${pipeline}: a backfill of what happened from ${momentText(from)} until ${momentText(until)}`,
    isResumed
      ? 'It was asked for before and goes on: this is what is left. Nothing is sent or written now.'
      : 'This is a plan: nothing is sent or written now.',
    '',
    table([heading, ...rows]),
    '',
    `Only records created before ${momentText(createdBefore)}; what is younger is followed anyway.`,
    ...(streams.some(({ records }) => records === undefined)
      ? ['The source makes no estimates: how many records there are is not known before they are read.']
      : ['Records and events (~) are estimates: of the database’s planner, where the source is one.']),
    ...(history ? [historyText(streams, history)] : []),
    ...(pace && expectedMs !== undefined
      ? [
          `Expected to take ${durationText(expectedMs)}, one window at a time: ` +
            `${integer(pace.eventsPerSecond)} events a second, ${BASES[pace.basis]}.`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for programs. Times are ISO 8601, durations in seconds. */
export function backfillPlanAsJson({
  from,
  until,
  createdBefore,
  history,
  pace,
  expectedMs,
  ...rest
}: BackfillPreview) {
  return {
    from: isoText(from),
    until: isoText(until),
    createdBefore: isoText(createdBefore),
    ...rest,
    ...(history ? { history: { ...history, before: isoText(history.before) } } : {}),
    ...(pace && expectedMs !== undefined ? { pace, expectedSeconds: Math.round(expectedMs / 1000) } : {}),
  };
}

function historyText(
  streams: readonly StreamBackfillPreview[],
  { before, meaning }: NonNullable<BackfillPreview['history']>,
): string {
  const all = streams.reduce((sum, { events = 0 }) => sum + events, 0);
  const old = streams.reduce((sum, { historicalEvents = 0 }) => sum + historicalEvents, 0);
  const known = streams.every(({ events }) => events !== undefined);
  const counts = known ? `${estimated(old)} of them, ${estimated(all - old)} are younger` : 'how many is not known';
  return `What happened before ${momentText(before)} is history for the destination (${counts}): ${meaning}.`;
}

function estimated(count: number | undefined): string {
  return count === undefined ? '?' : `~${integer(count)}`;
}

function isoText(at: number): string {
  return new Date(at).toISOString();
}
