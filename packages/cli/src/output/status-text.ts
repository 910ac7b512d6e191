import { repeatedEvents, type Counts } from '@sluice/core/state';
import type { PipelineStatusReport } from '@sluice/sluice';
import { withIsoTimes } from './iso-times.js';
import { theme } from '../terminal/theme.js';
import { table } from './table.js';
import { counted, deadLettersIn, durationText, holderText, instantText, integer, repeatsText } from './words.js';

/** The status of a pipeline, or why its state cannot be read. */
export type ShownStatus = { readonly pipeline: string } & (PipelineStatusReport | { readonly unreadable: string });

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
  const { health, troubles, followedUntil, lagMs, openDeadLetters, openBackfills, lastRun, nextRun, holder } = status;
  const clock = 'unreachable' in source ? ` by this machine’s clock (source: ${source.unreachable})` : '';
  const letters = counted(openDeadLetters, 'dead letter');
  const repeats = repeatsText(status.streams.map(({ counts }) => counts));
  const lines = [
    `${theme.name(pipeline)}: ${HEALTH[health]}`,
    ...troubles.map((trouble) => `  ${theme.bad('✗')} ${trouble.replaceAll('\n', '\n    ')}`),
    `  exported until  ${followedUntil === undefined ? 'nothing yet' : instantText(followedUntil)}`,
    ...(lagMs === undefined
      ? []
      : [`  lag             ${integer(lagMs / 1000)} s${lagMs < 60_000 ? '' : ` (${durationText(lagMs)})`}${clock}`]),
    `  dead letters    ${openDeadLetters === 0 ? 'none open' : theme.warning(`${letters} open`)}`,
    ...(openBackfills === 0 ? [] : [`  backfills       ${openBackfills} not complete`]),
    ...(lastRun === undefined ? [] : [`  last run        ${lastRun.outcome}, ended ${instantText(lastRun.at)}`]),
    holder === undefined
      ? `  next run        ${instantText(nextRun)} on schedule`
      : `  running now     ${holderText(holder)}`,
    '',
    table([
      ['stream', 'exported until', 'records read', 'accepted', 'sent again', 'dead letters'],
      ...status.streams.flatMap(({ stream, isBackfilled, followedUntil: until, counts, today }) => [
        [
          isBackfilled ? stream : `${stream} (first backfill)`,
          until === undefined ? '–' : instantText(until),
          ...countCells(counts),
        ],
        ['  today', '', ...countCells(today)],
      ]),
    ]),
    ...(repeats === undefined ? [] : ['', repeats]),
  ];
  return `${lines.join('\n')}\n`;
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
