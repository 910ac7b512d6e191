import type { BackfillPreview, ExpectedPace, StreamBackfillPreview } from '@sluice/core/engine';
import { withIsoTimes } from './iso-times.js';
import { sentences, type RepeatRules } from './repeat-text.js';
import { table } from './table.js';
import { durationText, instantText, integer } from './words.js';

const BASES: Readonly<Record<ExpectedPace['basis'], string>> = {
  'first-backfill': 'the speed of this pipeline’s first backfill, including its waits',
  sample: 'measured by reading, mapping and encoding some records of the range just now; sending takes longer',
  limit: 'the limit that delivery.maxEventsPerSecond sets',
};

/** What a backfill would do, for people. */
export function backfillPlanText(pipeline: string, plan: BackfillPreview, rules: RepeatRules): string {
  const { from, until, createdBefore, isResumed, streams, history, pace, expectedMs } = plan;
  const heading = ['stream', 'windows', 'records', 'events', 'requests'];
  const rows = streams.map(({ stream, windows, records, events, requests }) => [
    stream,
    integer(windows),
    estimated(records),
    estimated(events),
    requests === undefined ? '?' : `≥ ${integer(requests)}`,
  ]);
  const lines = [
    `${pipeline}: backfill of events from ${instantText(from)} until ${instantText(until)}`,
    isResumed
      ? 'This backfill was started before; this is what is left of it. Nothing is sent or written now.'
      : 'This is a plan: nothing is sent or written now.',
    '',
    table([heading, ...rows]),
    '',
    `It covers records created before ${instantText(createdBefore)}; newer ones are exported by following.`,
    streams.some(({ records }) => records === undefined)
      ? 'The source gives no estimates, so the number of records is unknown until they are read.'
      : 'Records and events (~) are estimates of the source.',
    ...sentences(rules).map((sentence) => `What was sent before: ${sentence}.`),
    ...(history ? [historyText(streams, history)] : []),
    ...(pace && expectedMs !== undefined
      ? [
          `Expected to take ${durationText(expectedMs)} with one window at a time, at ` +
            `${integer(pace.eventsPerSecond)} events per second: ${BASES[pace.basis]}.`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for programs. Durations are in seconds. */
export function backfillPlanAsJson({ pace, expectedMs, ...plan }: BackfillPreview, rules: RepeatRules): object {
  const expected = pace && expectedMs !== undefined ? { pace, expectedSeconds: Math.round(expectedMs / 1000) } : {};
  const repeats = rules.map(({ effect, withinMs, events }) => ({
    effect,
    ...(withinMs !== undefined && { withinSeconds: withinMs / 1000 }),
    ...(events && { events }),
  }));
  return Object.assign({}, withIsoTimes(plan), expected, { repeats });
}

function historyText(
  streams: readonly StreamBackfillPreview[],
  { before, meaning }: NonNullable<BackfillPreview['history']>,
): string {
  const all = streams.reduce((sum, { events = 0 }) => sum + events, 0);
  const old = streams.reduce((sum, { historicalEvents = 0 }) => sum + historicalEvents, 0);
  const isKnown = streams.every(({ events }) => events !== undefined);
  const counts = isKnown ? `${estimated(old)} events; ${estimated(all - old)} are newer` : 'their number is unknown';
  return `Events before ${instantText(before)} are history to the destination (${counts}): ${meaning}.`;
}

function estimated(count: number | undefined): string {
  return count === undefined ? '?' : `~${integer(count)}`;
}
