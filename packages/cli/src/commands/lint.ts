import type { Problem } from '@sluice/core/config';
import { example } from '../options/example.js';
import { jsonOption } from '../options/pipeline-options.js';
import { githubAnnotations } from '../output/github-annotations.js';
import { KNOWN_CODES } from '../output/known-codes.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { counted } from '../output/words.js';
import { EXIT } from '../process/exit-code.js';
import { theme } from '../terminal/theme.js';
import { sluiceCommand } from './sluice-command.js';

export const lintCommand = sluiceCommand({
  options: (argv) =>
    jsonOption(argv)
      .positional('file', { type: 'string', array: true, demandOption: true, describe: 'Pipeline or mapping files' })
      .option('env-file', { type: 'string', describe: 'Read variables from this file', group: 'Configuration:' })
      .option('format', {
        choices: ['human', 'json', 'github'] as const,
        default: 'human' as const,
        describe: 'How to print; github: annotations of a pull request',
        group: 'Output:',
      })
      .epilogue(example('$0 lint configs/*.yaml configs/mappings/*.yaml', 'exit code 2 when there is an error')),
  act: async (args, { sluice, output, terminal }) => {
    const found: Problem[] = [];
    for (const file of args.file) found.push(...(await sluice.lint(file, { envFile: args['env-file'] })));
    const problems = distinct(found).map(withHelp);
    if (args.json || args.format === 'json') output.json(problems);
    else {
      if (args.format === 'github') terminal.out(githubAnnotations(problems, process.cwd()), 'workflow commands');
      else output.problems(problems, 'as result');
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      const warnings = problems.length - errors;
      const summary = [
        counted(args.file.length, 'file'),
        errors > 0 ? theme.bad(counted(errors, 'error')) : theme.ok(counted(errors, 'error')),
        warnings > 0 ? theme.warning(counted(warnings, 'warning')) : counted(warnings, 'warning'),
      ].join(', ');
      if (args.format === 'github') output.note(`${summary}\n`);
      else output.text(`${problems.length > 0 ? '\n' : ''}${summary}\n`);
      const [code] = problems.flatMap((each) => (each.severity === 'error' ? [each.code] : []));
      if (code !== undefined) output.note(nextStep(commandLine(['explain', code])));
    }
    return problems.some(({ severity }) => severity === 'error') ? EXIT.usage : EXIT.done;
  },
});

/** A problem without its own help gets that of its code. */
function withHelp(problem: Problem): Required<Problem> {
  return { ...problem, help: problem.help ?? KNOWN_CODES.get(problem.code)?.fix ?? '' };
}

/** Two pipelines may share a mapping, whose problems are reported once. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
