import { describeHolder, repeatedEvents, type Counts } from '@sluice/core/state';
import type { PipelineStatus, StreamStatus } from '@sluice/core/engine';
import type { PipelineStatusReport } from '@sluice/sluice';
import { withIsoTimes } from './iso-times.js';
import { theme } from '../terminal/theme.js';
import { table } from './table.js';
import { repeatsText, type RepeatRules } from './repeat-text.js';
import { counted, deadLettersIn, durationText, instantText, integer } from './words.js';

/** The status of a pipeline, or why its state cannot be read. */
export type ShownStatus = { readonly pipeline: string } & (
  (PipelineStatusReport & { readonly repeats?: RepeatRules }) | { readonly unreadable: string }
);

const HEALTH = {
  healthy: theme.ok('healthy'),
  unhealthy: theme.bad('UNHEALTHY'),
  'dead-letters': theme.warning('open dead letters'),
} as const;

export function statusText(shown: ShownStatus): string {
  const { pipeline } = shown;
  if ('unreadable' in shown)
    return `${theme.name(pipeline)}: ${HEALTH.unhealthy}\n  ${theme.bad('✗')} ${shown.unreadable.replaceAll('\n', '\n    ')}\n`;
  const { status, source } = shown;
  const { health, troubles, lagMs, openDeadLetters, openBackfills, lastRun, nextRun, holder } = status;
  const clock = 'unreachable' in source ? ` by this machine’s clock (source: ${source.unreachable})` : '';
  const held = status.streams.reduce((sum, stream) => sum + stream.held, 0);
  const letters = counted(openDeadLetters, 'dead letter');
  const { repeats: rules = [] } = shown;
  const repeats = repeatsText(
    status.streams.map(({ counts }) => counts),
    rules,
  );
  const lines = [
    `${theme.name(pipeline)}: ${HEALTH[health]}`,
    ...troubles.map((trouble) => `  ${theme.bad('✗')} ${trouble.replaceAll('\n', '\n    ')}`),
    ...positionLines(status),
    ...(lagMs === undefined
      ? []
      : [`  lag             ${integer(lagMs / 1000)} s${lagMs < 60_000 ? '' : ` (${durationText(lagMs)})`}${clock}`]),
    `  dead letters    ${openDeadLetters === 0 ? 'none open' : theme.warning(`${letters} open`)}`,
    ...(held === 0 ? [] : [`  held            ${counted(held, 'record')}, until final`]),
    ...(openBackfills === 0 ? [] : [`  backfills       ${openBackfills} not complete`]),
    ...(lastRun === undefined ? [] : [`  last run        ${lastRun.outcome}, ended ${instantText(lastRun.at)}`]),
    holder === undefined
      ? `  next run        ${instantText(nextRun)} on schedule`
      : `  running now     ${describeHolder(holder)}`,
    ...countLines(status),
    ...(repeats === undefined ? [] : ['', repeats]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What was done of each stream, and of it today; nothing before anything was done. */
function countLines({ streams }: PipelineStatus): readonly string[] {
  if (streams.every(({ counts }) => counts.read === 0)) return [];
  const isBusyToday = streams.some(({ today }) => today.read > 0);
  const rows = streams.flatMap(({ stream, followedUntil, counts, today }) => [
    [stream, followedUntil === undefined ? '–' : instantText(followedUntil), ...countCells(counts)],
    ...(isBusyToday ? [['  today', '', ...countCells(today)]] : []),
  ]);
  return ['', table([['stream', 'exported until', 'records read', 'accepted', 'repeats', 'dead letters'], ...rows])];
}

/** Up to when everything is exported; or, as long as no such time exists, how far the first backfill of each stream is. */
function positionLines({ firstBackfill, followedUntil, streams }: PipelineStatus): readonly string[] {
  if (firstBackfill === undefined) {
    return [`  exported until  ${followedUntil === undefined ? 'nothing yet' : instantText(followedUntil)}`];
  }
  const work = { running: 'not complete', interrupted: 'not complete, interrupted' }[firstBackfill];
  return [
    `  first backfill  ${work}`,
    ...streams.map(({ stream, firstBackfill: progress }) => `    ${stream}: ${firstBackfillText(progress)}`),
  ];
}

function firstBackfillText(progress: StreamStatus['firstBackfill']): string {
  if (progress === undefined) return 'complete';
  const { records, expectedRecords, exportedUntil } = progress;
  const expected = expectedRecords === undefined ? '' : ` of about ${integer(expectedRecords)}`;
  const until = exportedUntil === undefined ? '' : `, up to ${instantText(exportedUntil)}`;
  return `${integer(records)}${expected} records${until}`;
}

function countCells(counts: Counts): readonly string[] {
  return [counts.read, counts.accepted, repeatedEvents(counts), deadLettersIn(counts)].map(integer);
}

/** The same for programs. */
export function statusAsJson(shown: ShownStatus): object {
  const { pipeline } = shown;
  if ('unreadable' in shown) return { pipeline, health: 'unhealthy', troubles: [shown.unreadable] };
  const { lagMs, ...status } = shown.status;
  const clock = 'unreachable' in shown.source ? { of: 'machine', because: shown.source.unreachable } : { of: 'source' };
  const lag = lagMs === undefined ? {} : { lagSeconds: Math.round(lagMs / 1000) };
  return Object.assign({ pipeline }, withIsoTimes(status), lag, { clock });
}
