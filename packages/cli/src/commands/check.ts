import { ConfigError } from '@sluice/core/adapter';
import { isBad } from '@sluice/sluice';
import { example } from '../options/example.js';
import { EXIT } from '../process/exit-code.js';
import { checkSummary, checkText } from '../output/check-text.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { pipelineCommand } from './pipeline-command.js';

export const checkCommand = pipelineCommand({
  options: (argv) =>
    argv
      .option('print-ddl', {
        type: 'boolean',
        default: false,
        describe: 'Print the statements that create the sink’s table; connect to nothing',
      })
      .epilogue(example('$0 check pipeline.yaml', 'what works, and a fix for what does not'))
      .epilogue(example('$0 check pipeline.yaml --env-file .env --json', 'the findings as JSON on stdout')),
  several: (args) => (args['print-ddl'] ? 'one' : 'in turn'),
  act: async (pipeline, args, { output, signal, printed }) => {
    if (args['print-ddl']) {
      const statements = pipeline.ddl;
      if (statements === undefined) {
        throw new ConfigError([], `the sink ${pipeline.config.sink.type} has no table to create: remove --print-ddl`);
      }
      if (args.json) output.json({ statements });
      else output.lines(`${statements.join('\n')}\n`);
      return EXIT.done;
    }
    const sections = await pipeline.check({ signal });
    const isFit = !sections.some(isBad);
    if (args.json) output.json(sections);
    else output.text(`${sections.map((section) => checkText(section, printed)).join('\n')}\n${checkSummary(sections)}`);
    if (isFit && !args.json) output.note(nextStep(commandLine(['preview', args.config], args)));
    return isFit ? EXIT.done : EXIT.failed;
  },
});
