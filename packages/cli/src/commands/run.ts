import { example } from '../options/example.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { EXIT } from '../process/exit-code.js';
import { runProgress } from '../terminal/progress-display.js';
import { pipelineCommand, printRun } from './pipeline-command.js';
import { FINISHING } from './sluice-command.js';

/** The command that continues a run. */
const NEXT = { done: 'verify', stopped: 'run', paused: 'check', failed: 'check' } as const;

export const runCommand = pipelineCommand({
  options: (argv) =>
    argv
      .epilogue(example('$0 run pipeline.yaml', 'one pass until caught up'))
      .epilogue(example('$0 run pipeline.yaml --env-file .env --json', 'the report as JSON on stdout')),
  stopping: FINISHING,
  several: () => 'side by side',
  act: async (pipeline, args, work) => {
    const progress = await runProgress(work.terminal);
    const running = pipeline.run({ signal: work.signal, ...progress.options });
    const result = await running.finally(progress.end);
    const code = printRun(pipeline, result, args, work);
    // cron mails what it gets: the advice is for people.
    const next = NEXT[result.outcome];
    const isAdvised = result.outcome !== 'done' || (code === EXIT.done && result.report.requests > 0);
    if (isAdvised && work.terminal.interactive && !args.json)
      work.output.note(nextStep(commandLine([next, args.config], args)));
    return code;
  },
});
