import type { CheckResult } from '@sluice/core/adapter';
import type { CheckSection } from '@sluice/sluice';
import { onOneLine } from '../terminal/screen-text.js';
import { theme, unbroken } from '../terminal/theme.js';
import { counted, indented } from './words.js';

const MARKS = {
  good: theme.ok('✓'),
  warning: theme.warning('!'),
  bad: theme.bad('✗'),
  unknown: theme.quiet('?'),
} as const;

/**
 * The findings in one part of a pipeline, each on a line with what to do below it. Several sinks have one source: what
 * was printed of it for another one, and is in `printed`, is only counted. Adds to `printed`.
 */
export function checkText({ part, results }: CheckSection, printed: Set<string> = new Set()): string {
  const texts = results.map(resultText);
  const news = texts.filter((text) => !printed.has(text));
  if (part.startsWith('source ')) for (const text of news) printed.add(text);
  const known = texts.length - news.length;
  const rest = known === 0 ? '' : `  ${theme.quiet(`${counted(known, 'finding')} as above`)}\n`;
  return `${theme.name(part)}\n${news.join('')}${rest}`;
}

function resultText({ name, outcome, message, fix, statements = [] }: CheckResult): string {
  const explained = outcome === 'good' ? theme.quiet(message) : message;
  const advice = fix === undefined ? '' : `      ${theme.path('→')} ${indented(fix, 8).trimStart()}\n`;
  return `  ${MARKS[outcome]} ${onOneLine(name)}: ${indented(explained, 6).trimStart()}\n${advice}${statements.map((each) => `        ${theme.path(unbroken(each))}\n`).join('')}`;
}

/** How many findings of each kind there are: `12 good, 1 warning, 1 bad`. */
export function checkSummary(sections: readonly CheckSection[]): string {
  const results = sections.flatMap((section) => section.results);
  const count = (wanted: CheckResult['outcome']) => results.filter(({ outcome }) => outcome === wanted).length;
  const [warnings, bad, unknown] = [count('warning'), count('bad'), count('unknown')];
  const parts = [
    theme.ok(`${count('good')} good`),
    ...(warnings === 0 ? [] : [theme.warning(counted(warnings, 'warning'))]),
    ...(bad === 0 ? [] : [theme.bad(`${bad} bad`)]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ];
  return `${parts.join(', ')}\n`;
}
