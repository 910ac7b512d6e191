import { readFileSync, writeFileSync } from 'node:fs';
import { ConfigError } from '@sluice/core/adapter';
import { renderProblems } from '@sluice/core/config';
import {
  mappingFileOf,
  newExpectation,
  testMapping,
  updateTests,
  type MappingTestRun,
  type TestResult,
} from '@sluice/yaml-mapper';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { EXIT } from '../exit-code.js';
import { mappingContext, requireMappingFile } from '../mapping-context.js';
import type { Services } from '../services.js';
import { testsAsJson, testsText, type TestedMapping } from '../output/test-report.js';

interface TestArguments {
  mapping: string[];
  update: boolean;
  json: boolean;
}

export const testCommand: Command<TestArguments> = {
  builder: (argv) =>
    argv
      .positional('mapping', { type: 'string', array: true, demandOption: true, describe: 'Mapping files' })
      .option('update', {
        type: 'boolean',
        default: false,
        describe: 'Write what comes of the records into the tests that fail',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON', group: 'Output:' })
      .example('$0 test configs/mappings/*.yaml', 'exit code 1 when a test fails'),
  handler: async (args, context) => test(args, context),
};

function test(args: TestArguments, { services, terminal }: CommandContext): number {
  const files = [...new Set(args.mapping.map((file) => requireMappingFile(mappingFileOf(file) ?? file)))];
  const tested: TestedMapping[] = [];
  for (const file of files) {
    const run = requireRun(file, services);
    terminal.err(renderProblems(run.problems, { readFile, colour: terminal.colour }));
    const failed = run.results.filter(({ verdict }) => verdict.outcome === 'failed');
    if (args.update && failed.length > 0) {
      update(failed);
      tested.push({ file, run: requireRun(file, services), updated: failed.map(({ test: { name } }) => name) });
    } else tested.push({ file, run, updated: [] });
  }
  if (tested.every(({ run }) => run.results.length === 0))
    throw new ConfigError([], 'there are no tests: write `tests:` in the mapping, or a .test.yaml file beside it');
  terminal.out(args.json ? `${JSON.stringify(testsAsJson(tested), null, 2)}\n` : testsText(tested, terminal.colourOut));
  const hasFailed = tested.some(({ run }) => run.results.some(({ verdict }) => verdict.outcome === 'failed'));
  return hasFailed ? EXIT.failed : EXIT.done;
}

function requireRun(file: string, services: Services): MappingTestRun {
  const run = testMapping(file, mappingContext(services));
  if (run.problems.some(({ severity }) => severity === 'error')) throw new ConfigError(run.problems);
  return run;
}

const readFile = (path: string) => readFileSync(path, 'utf8');

/** A mapping's tests can be in two files. */
function update(failed: readonly TestResult[]): void {
  for (const path of new Set(failed.map(({ place }) => place.file))) {
    const own = failed.filter(({ place }) => place.file === path);
    writeFileSync(path, updateTests(readFile(path), own.map(newExpectation)));
  }
}
