import { resolve } from 'node:path';
import { StateError } from '@sluice/core/state';
import type { LoadedPipeline } from '@sluice/sluice';
import { example } from '../options/example.js';
import { durationOption } from '../options/duration-option.js';
import { commonOptions, jsonOption, selectionOptions } from '../options/pipeline-options.js';
import { commandLine, nextStep, type CalledWith } from '../output/next-step.js';
import { statusesText } from '../output/status-overview.js';
import { statusAsJson, type ShownStatus } from '../output/status-text.js';
import { counted } from '../output/words.js';
import { EXIT } from '../process/exit-code.js';
import { sluiceCommand } from './sluice-command.js';

/** Of how many pipelines it says what to do next. */
const MOST_STEPS = 5;

/** How many sources are asked at the same time. */
const AT_ONCE = 8;

export const statusCommand = sluiceCommand({
  options: (argv) =>
    selectionOptions(jsonOption(commonOptions(argv)))
      .positional('config', { type: 'string', array: true, demandOption: true, describe: 'Pipeline files' })
      .option('max-lag', {
        type: 'string',
        describe: 'Lag above which a pipeline is unhealthy, such as 3h; default: two missed times of its schedule',
      })
      .epilogue(example('$0 status configs/*.yaml', 'exit code 0: all are healthy'))
      .epilogue(
        example('$0 status pipeline.yaml --max-lag 3h --json', 'for monitoring: 1 when unhealthy, 3 with dead letters'),
      ),
  act: async (args, { sluice, output }) => {
    const maxLag = args['max-lag'];
    const maxLagMs = maxLag === undefined ? undefined : durationOption('max-lag', maxLag);
    const pipelines = await sluice.loadAll(args.config, {
      envFile: args['env-file'],
      only: args.only,
      sink: args.sink,
    });
    const shown: ShownStatus[] = [];
    for (let index = 0; index < pipelines.length; index += AT_ONCE) {
      const some = pipelines.slice(index, index + AT_ONCE);
      shown.push(...(await Promise.all(some.map((pipeline) => statusOf(pipeline, maxLagMs)))));
    }
    if (args.json) output.json(shown.map(statusAsJson));
    else {
      output.text(statusesText(shown));
      const steps = shown.map((each, index) => {
        const { config, memberName: only, sinkName: sink } = pipelines[index] ?? {};
        const file = args.config.find((written) => resolve(written) === config?.file) ?? '';
        return nextSteps(each, file, { ...args, only, sink });
      });
      output.note(
        steps
          .filter((step) => step !== '')
          .slice(0, MOST_STEPS)
          .join(''),
      );
    }
    const healths = shown.map((each) => ('unreadable' in each ? 'unhealthy' : each.status.health));
    if (healths.includes('unhealthy')) return EXIT.failed;
    return healths.includes('dead-letters') ? EXIT.deadLetters : EXIT.done;
  },
});

/** What to look at, as commands with the pipeline's file. */
function nextSteps(shown: ShownStatus, file: string, called: CalledWith): string {
  if ('unreadable' in shown) return '';
  const { health, pause, firstBackfill, lastRun, openDeadLetters, openBackfills } = shown.status;
  const isUnfinished = firstBackfill === 'interrupted' || lastRun === undefined;
  return [
    health === 'unhealthy'
      ? nextStep(commandLine([isUnfinished && pause === undefined ? 'run' : 'check', file], called))
      : '',
    openDeadLetters === 0
      ? ''
      : nextStep(commandLine(['dead-letters', 'list', file], called), counted(openDeadLetters, 'dead letter')),
    openBackfills === 0
      ? ''
      : nextStep(commandLine(['state', 'show', file], called), `${counted(openBackfills, 'backfill')} not complete`),
  ].join('');
}

/** A state that cannot be read does not keep the others from being shown. */
async function statusOf(pipeline: LoadedPipeline, maxLagMs: number | undefined): Promise<ShownStatus> {
  try {
    return { pipeline: pipeline.name, repeats: pipeline.repeats, ...(await pipeline.status({ maxLagMs })) };
  } catch (error) {
    if (error instanceof StateError) return { pipeline: pipeline.name, unreadable: error.message };
    throw error;
  }
}
