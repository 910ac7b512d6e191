import type { DemoCounts } from '@sluice/core/preset';
import { theme } from '../terminal/theme.js';
import { table } from '../output/table.js';
import { integer } from '../output/words.js';

/** What the demo prints at its end. */
export function demoReport(
  counts: readonly DemoCounts[],
  samples: readonly object[],
  sentBySecondRun: number,
): { readonly text: string; readonly json: object; readonly complete: boolean } {
  const complete = counts.every(isComplete) && sentBySecondRun === 0;
  const [sample] = samples;
  const heading = ['event', 'expected', 'received', 'distinct', ''];
  const rows = counts.map((each) => [
    each.event,
    integer(each.expected),
    integer(each.received),
    integer(each.distinct),
    isComplete(each) ? theme.ok('✓') : theme.bad('✗'),
  ]);
  const text = [
    ...(sample === undefined ? [] : ['One event, as it arrived:', JSON.stringify(sample, null, 2), '']),
    table([heading, ...rows]),
    '',
    `The second run sent ${integer(sentBySecondRun)} events.`,
    complete ? theme.ok('Everything arrived, once.') : theme.bad('Events are missing or duplicate.'),
    '',
  ].join('\n');
  return { text, json: { counts, samples, sentBySecondRun, complete }, complete };
}

function isComplete({ expected, received, distinct }: DemoCounts): boolean {
  return expected === distinct && received === distinct && expected > 0;
}
