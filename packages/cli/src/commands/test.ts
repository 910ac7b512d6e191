import { ConfigError } from '@sluice/core/adapter';
import type { Sluice } from '@sluice/sluice';
import {
  mappingFileOf,
  newExpectation,
  testMapping,
  updateTests,
  type MappingTestRun,
  type TestResult,
} from '@sluice/yaml-mapper';
import { example } from '../options/example.js';
import { mappingFile } from '../options/mapping-file.js';
import { jsonOption } from '../options/pipeline-options.js';
import { rewriteFile } from '../output/rewrite-file.js';
import { testsAsJson, testsText, type TestedMapping } from '../output/test-report.js';
import { EXIT } from '../process/exit-code.js';
import { sluiceCommand } from './sluice-command.js';

export const testCommand = sluiceCommand({
  options: (argv) =>
    jsonOption(argv)
      .positional('mapping', { type: 'string', array: true, demandOption: true, describe: 'Mapping files' })
      .option('update', {
        type: 'boolean',
        default: false,
        describe: 'Write the actual events into the tests that fail',
      })
      .epilogue(example('$0 test configs/mappings/*.yaml', 'exit code 1 when a test fails')),
  act: async (args, { sluice, output, terminal }) => {
    const files = new Set(args.mapping.map((file) => mappingFile(mappingFileOf(file) ?? file)));
    const tested: TestedMapping[] = [];
    for (const file of files) {
      const run = await runTests(file, sluice);
      output.problems(run.problems, 'as note');
      const failed = run.results.filter(({ verdict }) => verdict.outcome === 'failed');
      if (args.update && failed.length > 0) {
        update(failed);
        const updated = failed.map(({ test: { name } }) => name);
        tested.push({ file, run: await runTests(file, sluice), updated });
      } else tested.push({ file, run, updated: [] });
    }
    if (tested.every(({ run }) => run.results.length === 0)) {
      throw new ConfigError([], 'no tests found; add `tests:` to the mapping, or a .test.yaml file beside it');
    }
    if (args.json) terminal.out(`${JSON.stringify(testsAsJson(tested), null, 2)}\n`);
    else output.text(testsText(tested));
    const hasFailed = tested.some(({ run }) => run.results.some(({ verdict }) => verdict.outcome === 'failed'));
    return hasFailed ? EXIT.failed : EXIT.done;
  },
});

async function runTests(file: string, sluice: Sluice): Promise<MappingTestRun> {
  const run = await sluice.checkMappings([file], (context) => testMapping(file, context));
  if (run.problems.some(({ severity }) => severity === 'error')) throw new ConfigError(run.problems);
  return run;
}

/** A mapping's tests can be in two files. */
function update(failed: readonly TestResult[]): void {
  for (const path of new Set(failed.map(({ place }) => place.file))) {
    const inFile = failed.filter(({ place }) => place.file === path);
    rewriteFile(path, (text) => updateTests(text, inFile.map(newExpectation)));
  }
}
