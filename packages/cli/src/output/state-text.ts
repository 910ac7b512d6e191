import type { BindingDifference, RewindPlan, StateOverview, StreamOverview, StreamRewind } from '@sluice/core/engine';
import { describeHolder, type Counts, type HistoryEntry, type LedgerWindow } from '@sluice/core/state';
import { onOneLine } from '../terminal/screen-text.js';
import { theme } from '../terminal/theme.js';
import { sentences, type RepeatRules } from './repeat-text.js';
import { table } from './table.js';
import { counted, deadLettersIn, indented, instantText, integer } from './words.js';

/** What the state contains, for people. */
export function stateText(pipeline: string, overview: StateOverview): string {
  const { binding, streams, openBackfills, openDeadLetters, pause, lastRun, holder, revision } = overview;
  const lines = [
    `${theme.name(pipeline)}: ${binding === undefined ? 'nothing exported yet' : counted(revision, 'commit')}`,
    ...(binding === undefined
      ? []
      : [
          `  source        ${binding.source.description}`,
          `  sink          ${binding.sink?.description ?? 'none yet; no event was accepted'}`,
          `  start         ${binding.start}`,
          `  handover      ${instantText(binding.handover)}`,
        ]),
    `  dead letters  ${openDeadLetters === 0 ? 'none open' : `${counted(openDeadLetters, 'dead letter')} open`}`,
    `  lease         ${holder === undefined ? 'free' : `held by ${describeHolder(holder)}`}`,
    ...(lastRun === undefined ? [] : [`  last run      ${lastRun.outcome}, ended ${instantText(lastRun.at)}`]),
    ...(pause === undefined
      ? []
      : [`  ${theme.bad('PAUSED')}        since ${instantText(pause.since)} (${pause.cause}): ${pause.message}`]),
    ...openBackfills.map(
      ({ streams: of, from, until }) =>
        `  backfill      not complete: ${of.join(', ')}, events from ${instantText(from)} until ${instantText(until)}`,
    ),
    ...streams.flatMap((stream) => ['', ...streamLines(stream)]),
  ];
  return `${lines.join('\n')}\n`;
}

function streamLines(overview: StreamOverview): readonly string[] {
  const { stream, firstBackfill, followedUntil, openWindows, countsByMapping, digests } = overview;
  const backfill = firstBackfill.isComplete
    ? 'complete'
    : `in progress${firstBackfill.until === undefined ? '' : `, done up to event time ${instantText(firstBackfill.until)}`}`;
  const span = digests && `${instantText(digests.firstHour)} to ${instantText(digests.lastHour)}`;
  return [
    theme.name(stream),
    `  first backfill  ${backfill}`,
    `  followed until  ${followedUntil === undefined ? 'not yet followed' : instantText(followedUntil)}`,
    ...openWindows.map((window) => `  open window     ${windowText(window)}`),
    `  accounted for   ${digests === undefined ? 'nothing yet' : `${counted(digests.records, 'record')}, created in the hours ${span}`}`,
    indented(countsTable(countsByMapping)),
  ];
}

function windowText({ id, purpose, window, cursor }: LedgerWindow): string {
  const at = cursor === undefined ? 'not started' : `cursor ${cursor}`;
  const what = window.olderOnly ? `${purpose} of older records` : purpose;
  return `${id}, ${what}, ${instantText(window.from)} until ${instantText(window.until)}, ${at}`;
}

function countsTable(byMapping: Readonly<Record<string, Counts>>): string {
  const rows = Object.entries(byMapping).map(([mapping, counts]) => [
    mapping.slice(0, 12),
    integer(counts.read),
    integer(counts.filtered),
    integer(counts.accepted),
    integer(deadLettersIn(counts)),
  ]);
  return rows.length === 0 ? '' : table([['mapping', 'records', 'filtered', 'accepted', 'dead letters'], ...rows]);
}

/** What commands have done to the state, oldest first. */
export function historyText(history: readonly HistoryEntry[]): string {
  if (history.length === 0) return 'no command has changed the state\n';
  const lines = history.map(({ at, by, what, detail, why }) => {
    const reason = why === undefined ? '' : `\n    why: ${onOneLine(why)}`;
    return `${instantText(at)}  ${theme.name(what)}  by ${by}\n${indented(detail, 4)}${reason}\n`;
  });
  return lines.join('');
}

/** What a rewind would do, shown before it is confirmed. */
export function rewindText(
  pipeline: string,
  { to, streams, droppedDeadLetters }: RewindPlan,
  rules: RepeatRules,
): string {
  const where = to === 'start' ? 'its start' : instantText(to);
  const rows = streams.map((each) => [
    each.stream,
    spanText(each),
    integer(each.windows),
    `about ${integer(each.records)}`,
  ]);
  const heading = ['stream', 'exported again, by creation', 'windows', 'sent again'];
  const notes = [
    ...(to === 'start'
      ? ['Everything is exported again, with the source, start and sink that the pipeline file names now.']
      : ['Older records that have changed since then are sent again too.']),
    ...(droppedDeadLetters > 0
      ? [`${counted(droppedDeadLetters, 'dead letter')} dropped; their records are read again.`]
      : []),
    ...sentences(rules).map((sentence) => `What was sent before: ${sentence}.`),
  ];
  const list = streams.length === 0 ? '' : `${table([heading, ...rows])}\n\n`;
  return `${pipeline} is rewound to ${where}.\n\n${list}${notes.join('\n')}\n`;
}

function spanText({ from, until }: StreamRewind): string {
  const start = from === undefined ? 'from its first record' : `from ${instantText(from)}`;
  return until === undefined ? start : `${start} until ${instantText(until)}`;
}

/** What `accept` would keep the state for, shown before it is confirmed. */
export function differencesText(pipeline: string, differences: readonly BindingDifference[]): string {
  const lines = differences.map(({ what, was, is }) => `  ${what}\n    was  ${was}\n    is   ${is}\n`);
  return `${pipeline} continues from its position, although these have changed:\n${lines.join('')}`;
}
