import { integer, table } from '../output/table.js';

/** Of one kind of event: what the database holds, and what arrived. */
export interface EventCounts {
  readonly event: string;
  readonly expected: number;
  readonly received: number;
  readonly distinct: number;
}

/** What the demo ends with. */
export function demoReport(
  counts: readonly EventCounts[],
  samples: readonly object[],
  sentBySecondRun: number,
): { readonly text: string; readonly json: object; readonly complete: boolean } {
  const complete = counts.every(isComplete) && sentBySecondRun === 0;
  const heading = ['event', 'expected', 'received', 'distinct', ''];
  const rows = counts.map((each) => [
    each.event,
    integer(each.expected),
    integer(each.received),
    integer(each.distinct),
    isComplete(each) ? '✓' : '✗',
  ]);
  const text = [
    'One event of each kind, as it arrived:',
    ...samples.map((sample) => JSON.stringify(sample, null, 2)),
    '',
    table([heading, ...rows]),
    '',
    `The second run sent ${integer(sentBySecondRun)} events.`,
    complete ? 'Everything arrived, once.' : 'SOMETHING IS MISSING OR DOUBLED.',
    '',
  ].join('\n');
  return { text, json: { counts, samples, sentBySecondRun, complete }, complete };
}

function isComplete({ expected, received, distinct }: EventCounts): boolean {
  return expected === distinct && received === distinct && expected > 0;
}
