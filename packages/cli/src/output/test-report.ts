import { relative } from 'node:path';
import { differenceLines, type DifferenceLine, type MappingTestRun, type TestResult } from '@sluice/yaml-mapper';
import { painter, type Paint } from '../terminal/colours.js';

/** One mapping and the results of its tests. */
export interface TestedMapping {
  readonly file: string;
  readonly run: MappingTestRun;
  /** The tests whose expectations were updated. */
  readonly updated: readonly string[];
}

export function testsText(tested: readonly TestedMapping[], colour: boolean): string {
  const paint = painter(colour);
  const output: string[] = [];
  for (const { file, run, updated } of tested) {
    if (run.results.length === 0) {
      output.push(`${short(file)}: no tests\n`);
      continue;
    }
    output.push(paint(short(file), 'bold'));
    for (const result of run.results) output.push(...resultLines(result, updated.includes(result.test.name), paint));
    output.push(...coverageLines(run, paint), '');
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

function resultLines({ test, place, verdict }: TestResult, isUpdated: boolean, paint: Paint): readonly string[] {
  if (verdict.outcome === 'passed')
    return [`  ${paint('✓', 'green')} ${test.name}${isUpdated ? paint(' (updated)', 'yellow') : ''}`];
  const at = `${short(place.file)}:${place.line}:${place.column}`;
  const lines = [`  ${paint('✗', 'red')} ${test.name}`, `      ${at}: ${verdict.message}`];
  if (verdict.expected === undefined || verdict.received === undefined) return lines;
  const differences = differenceLines(verdict.expected, verdict.received);
  lines.push(`      ${paint('- expected', 'red')} ${paint('+ received', 'green')}`);
  return [...lines, ...differences.map((line) => `      ${painted(line, paint)}`.trimEnd())];
}

function painted({ sign, text }: DifferenceLine, paint: Paint): string {
  if (sign === '-') return paint(`- ${text}`, 'red');
  return sign === '+' ? paint(`+ ${text}`, 'green') : paint(`${sign} ${text}`, 'dim');
}

function coverageLines({ coverage }: MappingTestRun, paint: Paint): readonly string[] {
  if (coverage === undefined) return [];
  const { covered, properties, uncovered } = coverage;
  const lines = [paint(`  ${covered} of ${properties} properties are covered`, 'dim')];
  for (const { event, inNoTest, properties: names } of uncovered) {
    const what = inNoTest ? 'is not tested' : `no test covers ${names.join(', ')}`;
    lines.push(paint(`    ${event}: ${what}`, 'dim'));
  }
  return lines;
}

function short(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
