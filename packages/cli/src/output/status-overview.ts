import { theme } from '../terminal/theme.js';
import { statusText, type ShownStatus } from './status-text.js';
import { table } from './table.js';
import { counted, durationText, instantText, integer } from './words.js';

/** More pipelines are shown as a table. */
const MOST_IN_FULL = 5;

/** The status of some pipelines: of a few, each in full; of many, a line each, and in full only those in trouble. */
export function statusesText(all: readonly ShownStatus[]): string {
  if (all.length <= MOST_IN_FULL) return all.map(statusText).join('\n');
  const rows = all.map((shown) => [shown.pipeline, ...cells(shown)]);
  const inTrouble = all.filter((shown) => healthOf(shown) === 'unhealthy');
  const withLetters = all.filter((shown) => healthOf(shown) === 'dead-letters').length;
  const sum = [
    counted(all.length, 'pipeline'),
    `${integer(all.length - inTrouble.length - withLetters)} healthy`,
    ...(withLetters === 0 ? [] : [theme.warning(`${integer(withLetters)} with dead letters`)]),
    ...(inTrouble.length === 0 ? [] : [theme.bad(`${integer(inTrouble.length)} unhealthy`)]),
  ].join(', ');
  return [
    table([['pipeline', 'health', 'lag', 'last run ended', 'dead letters'], ...rows]),
    '',
    ...inTrouble.map(statusText),
    `${sum}\n`,
  ].join('\n');
}

function healthOf(shown: ShownStatus): 'healthy' | 'unhealthy' | 'dead-letters' {
  return 'unreadable' in shown ? 'unhealthy' : shown.status.health;
}

function cells(shown: ShownStatus): readonly string[] {
  if ('unreadable' in shown) return ['UNHEALTHY', '–', '–', '–'];
  const { health, lagMs, firstBackfill, lastRun, openDeadLetters } = shown.status;
  return [
    health === 'unhealthy' ? 'UNHEALTHY' : 'healthy',
    lagMs === undefined ? (firstBackfill === undefined ? '–' : 'first backfill') : durationText(lagMs),
    lastRun === undefined ? '–' : instantText(lastRun.at),
    integer(openDeadLetters),
  ];
}
