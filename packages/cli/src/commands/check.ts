import { isBad } from '@sluice/sluice';
import { EXIT } from '../process/exit-code.js';
import { checkSummary, checkText } from '../output/check-text.js';
import { pipelineCommand } from './pipeline-command.js';

export const checkCommand = pipelineCommand({
  options: (argv) =>
    argv
      .example('$0 check pipeline.yaml', 'what works, and a fix for what does not')
      .example('$0 check pipeline.yaml --env-file .env --json', 'the findings as JSON on stdout'),
  act: async (pipeline, { json }, { output, signal }) => {
    const sections = await pipeline.check({ signal });
    if (json) output.json(sections);
    else output.text(sections.map(checkText).join(''));
    output.note(checkSummary(sections));
    return sections.some(isBad) ? EXIT.failed : EXIT.done;
  },
});
