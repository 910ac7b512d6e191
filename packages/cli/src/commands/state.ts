import { ConfigError } from '@sluice/core/adapter';
import { inUseError } from '@sluice/core/state';
import type { LoadedPipeline } from '@sluice/sluice';
import { example } from '../options/example.js';
import { attributionOf } from '../options/attribution.js';
import { instantOption } from '../options/instant-option.js';
import { whyOption, type PipelineArguments } from '../options/pipeline-options.js';
import { withIsoTimes } from '../output/iso-times.js';
import { differencesText, historyText, rewindText, stateText } from '../output/state-text.js';
import { EXIT } from '../process/exit-code.js';
import { confirm } from '../terminal/confirm.js';
import { pipelineCommand } from './pipeline-command.js';
import type { Work } from './sluice-command.js';

const ACTIONS = ['show', 'history', 'rewind', 'accept'] as const;

interface StateArguments extends PipelineArguments {
  action: (typeof ACTIONS)[number];
  to: string | undefined;
  stream: string | undefined;
  why: string | undefined;
  yes: boolean;
}

export const stateCommand = pipelineCommand<StateArguments>({
  options: (argv) =>
    whyOption(argv)
      .positional('action', { choices: ACTIONS, demandOption: true, describe: 'What to do with the state' })
      .option('to', {
        type: 'string',
        describe: 'Where to rewind to: start, or an hour after the handover such as 2026-01-31T09:00Z',
        group: 'Rewind:',
      })
      .option('stream', { type: 'string', describe: 'Rewind only this stream', group: 'Rewind:' })
      .option('yes', { type: 'boolean', default: false, describe: 'Do it without asking' })
      .epilogue(example('$0 state show pipeline.yaml', 'what the state belongs to, and the position of every stream'))
      .epilogue(example('$0 state rewind pipeline.yaml --to 2026-01-31T09:00Z', 'exports again what was created since'))
      .epilogue(example('$0 state rewind pipeline.yaml --to start', 'exports everything again'))
      .epilogue(
        example('$0 state accept pipeline.yaml --why "new host"', 'continues with a changed source, sink or start'),
      ),
  refuse: ({ action, to, stream, why, yes }) => {
    if (action === 'rewind') {
      if (to === undefined) throw new ConfigError([], 'missing --to: pass --to start, or --to with a date and time');
      if (to === 'start' && stream !== undefined) {
        throw new ConfigError([], '--to start rewinds every stream: omit --stream, or pass a date and time');
      }
      return;
    }
    // An option that the action does not know must not be ignored in silence.
    if (to !== undefined || stream !== undefined) {
      throw new ConfigError([], `--to and --stream can only be used with rewind, not with ${action}`);
    }
    if (action !== 'accept' && (why !== undefined || yes)) {
      throw new ConfigError([], '--why and --yes can only be used with rewind and accept');
    }
  },
  several: ({ action }) => (action === 'rewind' || action === 'accept' ? 'one' : 'in turn'),
  act: async (pipeline, args, work) => {
    const { output } = work;
    if (args.action === 'rewind') return rewind(pipeline, args, work);
    if (args.action === 'accept') return accept(pipeline, args, work);
    if (args.action === 'show') {
      const overview = await pipeline.state.overview();
      if (args.json) output.json(withIsoTimes(overview));
      else output.text(stateText(pipeline.name, overview));
    } else {
      const history = await pipeline.state.history();
      if (args.json) output.json(withIsoTimes(history));
      else output.text(historyText(history));
    }
    return EXIT.done;
  },
});

async function rewind(
  pipeline: LoadedPipeline,
  args: StateArguments,
  { output, terminal, signal }: Work,
): Promise<number> {
  const { to = '', stream } = args;
  const plan = await pipeline.state.planRewind({
    to: to === 'start' ? to : instantOption('to', to),
    ...(stream === undefined ? {} : { streams: [stream] }),
  });
  await assertFree(pipeline);
  output.note(`${rewindText(pipeline.name, plan, pipeline.repeats)}\n`);
  if (!(await confirm(`Rewind ${pipeline.name}?`, { ...args, terminal, signal }))) return EXIT.failed;
  await pipeline.state.rewind(plan, attributionOf(args));
  if (args.json) output.json(withIsoTimes(plan));
  else output.text(`${pipeline.name} is rewound; the next run exports it again\n`);
  return EXIT.done;
}

async function accept(
  pipeline: LoadedPipeline,
  args: StateArguments,
  { output, terminal, signal }: Work,
): Promise<number> {
  const acceptance = await pipeline.state.planAcceptance();
  const { differences } = acceptance;
  if (differences.length === 0) {
    if (args.json) output.json({ differences }, 0);
    else output.text(`nothing to accept: the state of ${pipeline.name} matches the pipeline file\n`);
    return EXIT.done;
  }
  await assertFree(pipeline);
  output.note(`${differencesText(pipeline.name, differences)}\n`);
  if (!(await confirm(`Accept this for ${pipeline.name}?`, { ...args, terminal, signal }))) return EXIT.failed;
  await pipeline.state.accept(acceptance, attributionOf(args), { signal });
  if (args.json) output.json({ differences });
  else output.text(`accepted; ${pipeline.name} continues from its position\n`);
  return EXIT.done;
}

/** Before the question: what is shown would be out of date when the answer comes. */
async function assertFree({ name, state }: LoadedPipeline): Promise<void> {
  const holder = await state.holder();
  if (holder === undefined) return;
  throw inUseError(`the state of ${name}`, holder);
}
