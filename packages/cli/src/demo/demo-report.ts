import type { DemoCounts, DemoFigure, DemoFigures } from '@sluice/core/preset';
import { theme } from '../terminal/theme.js';
import { table } from '../output/table.js';
import { integer } from '../output/words.js';

/** What a demo found at its end. */
export interface DemoFindings {
  readonly counts: readonly DemoCounts[];
  readonly figures: DemoFigures | undefined;
  readonly samples: readonly object[];
  readonly sentBySecondRun: number;
}

/** What the demo prints at its end. */
export function demoReport({ counts, figures, samples, sentBySecondRun }: DemoFindings): {
  readonly text: string;
  readonly json: object;
  readonly complete: boolean;
} {
  const arrived = counts.every(isComplete) && sentBySecondRun === 0;
  const complete = arrived && (figures?.figures ?? []).every(isRight);
  const [sample] = samples;
  const heading = ['event', 'expected', 'received', 'distinct', ''];
  const rows = counts.map((each) => [
    each.event,
    integer(each.expected),
    integer(each.received),
    integer(each.distinct),
    mark(isComplete(each)),
  ]);
  const text = [
    ...(sample === undefined ? [] : ['One event, as it arrived:', JSON.stringify(sample, null, 2), '']),
    table([heading, ...rows]),
    '',
    ...(figures === undefined ? [] : [figuresText(figures), '']),
    `The second run sent ${integer(sentBySecondRun)} events.`,
    closing(arrived, complete),
    '',
  ].join('\n');
  return { text, json: { counts, ...(figures && { figures }), samples, sentBySecondRun, complete }, complete };
}

function figuresText({ title, figures }: DemoFigures): string {
  const rows = figures.map((figure) => [
    figure.name,
    amount(figure.expected),
    amount(figure.shown),
    mark(isRight(figure)),
  ]);
  return table([[title, 'expected', 'shown', ''], ...rows]);
}

function closing(arrived: boolean, complete: boolean): string {
  if (complete) return theme.ok('Everything arrived, once.');
  return theme.bad(arrived ? 'Everything arrived, once; figures differ.' : 'Events are missing or duplicate.');
}

function isComplete({ expected, received, distinct }: DemoCounts): boolean {
  return expected === distinct && received === distinct && expected > 0;
}

function isRight({ expected, shown, tolerance = 0 }: DemoFigure): boolean {
  return Math.abs(expected - shown) <= tolerance;
}

function mark(isGood: boolean): string {
  return isGood ? theme.ok('✓') : theme.bad('✗');
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 4 });
}
