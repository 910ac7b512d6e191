import type { CheckResult } from '@sluice/core/adapter';
import type { CheckSection } from '@sluice/sluice';
import { counted } from './words.js';

const MARKS = { good: '✓', warning: '!', bad: '✗', unknown: '?' } as const;

/** The findings in one part of a pipeline, each on a line with what to do below it. */
export function checkText({ part, results }: CheckSection): string {
  const lines = results.map(({ name, outcome, message, fix, statements = [] }) => {
    const advice = fix === undefined ? '' : `\n      → ${fix}`;
    return `  ${MARKS[outcome]} ${name}: ${message}${advice}\n${statements.map((each) => `        ${each}\n`).join('')}`;
  });
  return `${part}\n${lines.join('')}`;
}

/** How many findings of each kind there are: `12 good, 1 warning, 1 bad, 0 unknown`. */
export function checkSummary(sections: readonly CheckSection[]): string {
  const results = sections.flatMap((section) => section.results);
  const count = (wanted: CheckResult['outcome']) => results.filter(({ outcome }) => outcome === wanted).length;
  return `${count('good')} good, ${counted(count('warning'), 'warning')}, ${count('bad')} bad, ${count('unknown')} unknown\n`;
}
