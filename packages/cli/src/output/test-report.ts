import { relative } from 'node:path';
import type { MappingTestRun, TestResult } from '@sluice/yaml-mapper';
import { differenceLines, type DifferenceLine } from './difference-lines.js';
import { theme } from '../terminal/theme.js';

/** One mapping and the results of its tests. */
export interface TestedMapping {
  readonly file: string;
  readonly run: MappingTestRun;
  /** The tests whose expectations were updated. */
  readonly updated: readonly string[];
}

export function testsText(tested: readonly TestedMapping[]): string {
  const output: string[] = [];
  for (const { file, run, updated } of tested) {
    if (run.results.length === 0) {
      output.push(`${short(file)}: no tests\n`);
      continue;
    }
    output.push(theme.name(short(file)));
    for (const result of run.results) output.push(...resultLines(result, updated.includes(result.test.name)));
    output.push(...coverageLines(run), '');
  }
  const results = tested.flatMap(({ run }) => run.results);
  const failed = results.filter(({ verdict }) => verdict.outcome === 'failed').length;
  const updated = tested.reduce((sum, each) => sum + each.updated.length, 0);
  const ending = updated > 0 ? `, ${updated} updated` : '';
  return `${output.join('\n')}\n${results.length - failed} passed, ${failed} failed${ending}\n`;
}

/** The same for programs. */
export function testsAsJson(tested: readonly TestedMapping[]): object {
  const mappings = tested.map(({ file, run, updated }) => ({
    mapping: file,
    tests: run.results.map(({ test, place, verdict }) => ({
      name: test.name,
      file: place.file,
      line: place.line,
      ...verdict,
    })),
    updated,
    coverage: run.coverage,
  }));
  const outcomes = mappings.flatMap(({ tests }) => tests.map(({ outcome }) => outcome));
  const failed = outcomes.filter((outcome) => outcome === 'failed').length;
  return { passed: outcomes.length - failed, failed, mappings };
}

function resultLines({ test, place, verdict }: TestResult, isUpdated: boolean): readonly string[] {
  if (verdict.outcome === 'passed')
    return [`  ${theme.ok('✓')} ${test.name}${isUpdated ? theme.warning(' (updated)') : ''}`];
  const at = `${short(place.file)}:${place.line}:${place.column}`;
  const lines = [`  ${theme.bad('✗')} ${test.name}`, `      ${at}: ${verdict.message}`];
  if (verdict.expected === undefined || verdict.received === undefined) return lines;
  const differences = differenceLines(verdict.expected, verdict.received);
  lines.push(`      ${theme.bad('- expected')} ${theme.ok('+ received')}`);
  return [...lines, ...differences.map((line) => `      ${painted(line)}`.trimEnd())];
}

function painted({ sign, text }: DifferenceLine): string {
  if (sign === '-') return theme.bad(`- ${text}`);
  return sign === '+' ? theme.ok(`+ ${text}`) : theme.quiet(`${sign} ${text}`);
}

function coverageLines({ coverage }: MappingTestRun): readonly string[] {
  if (coverage === undefined) return [];
  const { covered, properties, uncovered } = coverage;
  const lines = [theme.quiet(`  ${covered} of ${properties} properties are covered`)];
  for (const { event, inNoTest, properties: names } of uncovered) {
    const what = inNoTest ? 'is not tested' : `no test covers ${names.join(', ')}`;
    lines.push(theme.quiet(`    ${event}: ${what}`));
  }
  return lines;
}

function short(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
