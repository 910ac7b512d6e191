import { example } from '../options/example.js';
import { runProgress } from '../terminal/progress-display.js';
import { pipelineCommand, printRun } from './pipeline-command.js';
import { FINISHING } from './sluice-command.js';

export const runCommand = pipelineCommand({
  options: (argv) =>
    argv
      .epilogue(example('$0 run pipeline.yaml', 'one pass until caught up'))
      .epilogue(example('$0 run pipeline.yaml --env-file .env --json', 'the report as JSON on stdout')),
  stopping: FINISHING,
  act: async (pipeline, args, work) => {
    const progress = runProgress(work.terminal);
    const running = pipeline.run({ signal: work.signal, onProgress: progress.update });
    return printRun(await running.finally(progress.end), args, work);
  },
});
