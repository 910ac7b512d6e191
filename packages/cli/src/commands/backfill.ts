import { StateError } from '@sluice/core/state';
import type { LoadedPipeline } from '@sluice/sluice';
import { example } from '../options/example.js';
import { attributionOf } from '../options/attribution.js';
import { instantOption } from '../options/instant-option.js';
import { whyOption } from '../options/pipeline-options.js';
import { assertWholeNumber } from '../options/whole-number.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { backfillPlanAsJson, backfillPlanText } from '../output/backfill-plan-text.js';
import { EXIT } from '../process/exit-code.js';
import { backfillProgress } from '../terminal/progress-display.js';
import { pipelineCommand, printRun } from './pipeline-command.js';

const MOST_PARALLEL = 16;

const NEEDS_THE_LEASE =
  'A backfill needs the pipeline to itself, and keeps following the source between its windows. Wait for the other process, or ' +
  'stop `sluice start` for the time of the backfill.\n';

export const backfillCommand = pipelineCommand({
  options: (argv) =>
    whyOption(argv)
      .option('from', {
        type: 'string',
        demandOption: true,
        describe: 'The first event time: a date (UTC), or a date and time with its zone',
        group: 'Range:',
      })
      .option('to', { type: 'string', demandOption: true, describe: 'The end, not included', group: 'Range:' })
      .option('stream', { type: 'string', describe: 'Only this stream', group: 'Range:' })
      .option('plan', { type: 'boolean', default: false, describe: 'Show what it would do; send and write nothing' })
      .option('parallel', { type: 'number', default: 1, describe: 'How many windows at a time' })
      .check(({ parallel }) => assertWholeNumber('parallel', parallel, MOST_PARALLEL))
      .epilogue(example('$0 backfill pipeline.yaml --from 2026-03-01 --to 2026-04-01 --plan', 'what March would take'))
      .epilogue(example('$0 backfill pipeline.yaml --from 2026-03-01 --to 2026-04-01 --parallel 4', 'March again')),
  stopping: 'finishing what is in flight; run the same command again to resume',
  several: ({ plan }) => (plan ? 'in turn' : 'side by side'),
  act: async (pipeline, args, work) => {
    const { output, signal, sluice, terminal } = work;
    const request = {
      from: instantOption('from', args.from),
      until: instantOption('to', args.to),
      ...(args.stream === undefined ? {} : { streams: [args.stream] }),
    };
    if (args.plan) {
      const plan = await pipeline.planBackfill({ ...request, signal });
      if (args.json) output.json(backfillPlanAsJson(plan, pipeline.repeats));
      else {
        output.text(backfillPlanText(pipeline.name, plan, pipeline.repeats));
        const stream = args.stream === undefined ? [] : ['--stream', args.stream];
        const words = ['backfill', args.config, '--from', args.from, '--to', args.to, ...stream];
        output.note(nextStep(commandLine(words, args)));
      }
      return EXIT.done;
    }
    const progress = await backfillProgress(terminal, sluice.logger);
    const running = pipeline.backfill({
      ...request,
      parallel: args.parallel,
      attribution: attributionOf(args),
      signal,
      ...progress.options,
    });
    const result = await running.finally(progress.end);
    const code = printRun(pipeline, result, args, work);
    if (result.failure instanceof StateError && (await isInUse(pipeline))) output.note(NEEDS_THE_LEASE);
    return code;
  },
});

/** A state that cannot be read is not known to be. */
async function isInUse({ state }: LoadedPipeline): Promise<boolean> {
  return (await state.holder().catch(() => undefined)) !== undefined;
}
