import type { CheckResult } from '@sluice/core/adapter';
import { redactKnownSecrets } from '@sluice/core/service';
import type { CheckSection } from '../check/check-section.js';

const MARKS = { good: '✓', warning: '!', bad: '✗', unknown: '?' } as const;

/** What was found, for people: a line for each finding, and below it what to do. */
export function checkText({ part, results }: CheckSection): string {
  const lines = results.map(({ name, outcome, message, fix }) => {
    const advice = fix === undefined ? '' : `\n      → ${fix}`;
    return `  ${MARKS[outcome]} ${name}: ${message}${advice}\n`;
  });
  return redactKnownSecrets(`${part}\n${lines.join('')}`);
}

/** How many findings of each kind there are: `12 good, 1 warning, 1 bad, 0 unknown`. */
export function checkSummary(sections: readonly CheckSection[]): string {
  const results = sections.flatMap((section) => section.results);
  const count = (wanted: CheckResult['outcome']) => results.filter(({ outcome }) => outcome === wanted).length;
  const warnings = count('warning');
  return (
    `${count('good')} good, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${count('bad')} bad, ` +
    `${count('unknown')} unknown`
  );
}
