import type { RewindPlan, StateOverview, StreamOverview, StreamRewind } from '@sluice/core/engine';
import { redactKnownSecrets } from '@sluice/core/service';
import type { Counts, HistoryEntry, LedgerWindow } from '@sluice/core/state';
import { deadLetterCount } from './dead-letter-text.js';
import { holderText } from './holder-text.js';
import { momentText } from './moment-text.js';
import { integer, table } from './table.js';

/** What the state holds, for people. */
export function stateText(pipeline: string, overview: StateOverview): string {
  const { binding, streams, openBackfills, openDeadLetters, pause, lastRun, holder, revision } = overview;
  const lines = [
    `${pipeline}: ${binding === undefined ? 'nothing was exported yet' : `${integer(revision)} commits`}`,
    ...(binding === undefined
      ? []
      : [
          `  source        ${binding.source.description}`,
          `  sink          ${binding.sink?.description ?? 'none yet: nothing was accepted'}`,
          `  start         ${binding.start}`,
          `  handover      ${momentText(binding.handover)}`,
        ]),
    `  dead letters  ${openDeadLetters === 0 ? 'none open' : `${deadLetterCount(openDeadLetters)} open`}`,
    `  lease         ${holder === undefined ? 'free' : `held by ${holderText(holder)}`}`,
    ...(lastRun === undefined ? [] : [`  last run      ${lastRun.outcome}, ended ${momentText(lastRun.at)}`]),
    ...(pause === undefined
      ? []
      : [`  PAUSED        since ${momentText(pause.since)} (${pause.cause}): ${pause.message}`]),
    ...openBackfills.map(
      ({ streams: of, from, until }) =>
        `  backfill      not complete: ${of.join(', ')}, events from ${momentText(from)} until ${momentText(until)}`,
    ),
    ...streams.flatMap((stream) => ['', ...streamLines(stream)]),
  ];
  return redactKnownSecrets(`${lines.join('\n')}\n`);
}

function streamLines(overview: StreamOverview): readonly string[] {
  const { stream, firstBackfill, followedUntil, openWindows, countsByMapping, digests } = overview;
  const backfill = firstBackfill.isComplete
    ? 'complete'
    : `under way${firstBackfill.until === undefined ? '' : `, events before ${momentText(firstBackfill.until)} are done`}`;
  const span = digests && `${momentText(digests.firstHour)} to ${momentText(digests.lastHour)}`;
  return [
    stream,
    `  first backfill  ${backfill}`,
    `  followed until  ${followedUntil === undefined ? 'not yet followed' : momentText(followedUntil)}`,
    ...openWindows.map((window) => `  open window     ${windowText(window)}`),
    `  accounted for   ${digests === undefined ? 'nothing yet' : `${integer(digests.records)} records, created in the hours ${span}`}`,
    ...indented(countsTable(countsByMapping)),
  ];
}

function windowText({ id, purpose, window, cursor }: LedgerWindow): string {
  const at = cursor === undefined ? 'not begun' : `cursor ${cursor}`;
  return `${id}, ${purpose}, ${momentText(window.from)} until ${momentText(window.until)}, ${at}`;
}

function countsTable(byMapping: Readonly<Record<string, Counts>>): string {
  const rows = Object.entries(byMapping).map(([mapping, counts]) => [
    mapping.slice(0, 12),
    integer(counts.read),
    integer(counts.filtered),
    integer(counts.accepted),
    integer(counts.deadLetteredRecords + counts.deadLetteredEvents),
  ]);
  return rows.length === 0 ? '' : table([['mapping', 'records', 'filtered', 'accepted', 'dead letters'], ...rows]);
}

function indented(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`);
}

/** What was done to the state by people, oldest first. */
export function historyText(history: readonly HistoryEntry[]): string {
  if (history.length === 0) return 'nothing was done to the state by hand\n';
  const lines = history.map(({ at, by, what, detail, why }) => {
    const reason = why === undefined ? '' : `\n    why: ${why}`;
    return `${momentText(at)}  ${what}  by ${by}\n    ${detail}${reason}\n`;
  });
  return redactKnownSecrets(lines.join(''));
}

/** What a rewind will do, before anybody is asked. */
export function rewindText(pipeline: string, { to, streams, droppedDeadLetters }: RewindPlan): string {
  const where = to === 'start' ? 'its start' : momentText(to);
  const rows = streams.map((each) => [
    each.stream,
    spanText(each),
    integer(each.windows),
    `about ${integer(each.records)}`,
  ]);
  const heading = ['stream', 'exported again, by creation', 'windows', 'records that go again'];
  const notes = [
    ...(to === 'start'
      ? ['Everything is exported again, from the source, start and sink that the pipeline file names now.']
      : ['What changed in older records since then is sent again as well.']),
    ...(droppedDeadLetters > 0
      ? [`${deadLetterCount(droppedDeadLetters)} dropped: their records are read again.`]
      : []),
    'An event that goes again has the same identity: a destination that recognises it does not count it twice.',
  ];
  const list = streams.length === 0 ? '' : `${table([heading, ...rows])}\n\n`;
  return `${pipeline} goes back to ${where}.\n\n${list}${notes.join('\n')}\n`;
}

function spanText({ from, until }: StreamRewind): string {
  const begin = from === undefined ? 'from its first record' : `from ${momentText(from)}`;
  return until === undefined ? begin : `${begin} until ${momentText(until)}`;
}
