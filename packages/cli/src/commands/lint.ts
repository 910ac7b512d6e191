import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderProblems, type Problem } from '@sluice/core/config';
import { lintMapping } from '@sluice/yaml-mapper';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { loadPipeline } from '../compose-pipeline.js';
import { EXIT } from '../exit-code.js';
import { KNOWN_CODES } from '../known-codes.js';
import { isPipelineFile, mappingContext } from '../mapping-context.js';
import { githubAnnotations } from '../output/github-annotations.js';

const FORMATS = ['human', 'json', 'github'] as const;

interface LintArguments {
  file: string[];
  'env-file'?: string | undefined;
  format: (typeof FORMATS)[number];
  json: boolean;
}

const readFile = (path: string) => readFileSync(path, 'utf8');

export const lintCommand: Command<LintArguments> = {
  builder: (argv) =>
    argv
      .positional('file', { type: 'string', array: true, demandOption: true, describe: 'Pipeline or mapping files' })
      .option('env-file', { type: 'string', describe: 'Read variables from this file', group: 'Configuration:' })
      .option('format', {
        choices: FORMATS,
        default: 'human' as const,
        describe: 'How to print; github: annotations of a pull request',
        group: 'Output:',
      })
      .option('json', { type: 'boolean', default: false, describe: 'The same as --format json', group: 'Output:' })
      .example('$0 lint configs/*.yaml configs/mappings/*.yaml', 'exit code 2 when there is an error'),
  handler: lint,
};

async function lint(args: LintArguments, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const found: Problem[] = [];
  for (const file of args.file) found.push(...(await problemsOf(file, args['env-file'], context)));
  const problems = distinct(found).map(withHelp);
  if (args.json || args.format === 'json') terminal.out(`${JSON.stringify(problems, null, 2)}\n`);
  else {
    if (args.format === 'github') terminal.out(githubAnnotations(problems, process.cwd()));
    else terminal.out(renderProblems(problems, { readFile, colour: terminal.colourOut }));
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    terminal.err(`${args.file.length} files, ${errors} errors, ${problems.length - errors} warnings\n`);
  }
  return problems.some(({ severity }) => severity === 'error') ? EXIT.usage : EXIT.done;
}

async function problemsOf(
  file: string,
  envFile: string | undefined,
  context: CommandContext,
): Promise<readonly Problem[]> {
  if (isPipelineFile(file)) return (await loadPipeline(file, envFile, context)).problems;
  return lintMapping(resolve(file), mappingContext(context.services));
}

/** What its code says to do, for a problem that says nothing of its own. */
function withHelp(problem: Problem): Required<Problem> {
  return { ...problem, help: problem.help ?? KNOWN_CODES.get(problem.code)?.fix ?? '' };
}

/** Two pipelines may share a mapping, whose problems are told once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
