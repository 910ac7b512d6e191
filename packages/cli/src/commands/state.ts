import { ConfigError, StateError } from '@sluice/core/adapter';
import {
  acceptChanges,
  planAcceptance,
  planRewind,
  rewindPipeline,
  stateOverview,
  type Pipeline,
} from '@sluice/core/engine';
import { createLogger, redactKnownSecrets } from '@sluice/core/service';
import type { StateReader } from '@sluice/core/state';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { confirm } from '../confirm.js';
import { EXIT } from '../exit-code.js';
import { instantArgument } from '../instant-argument.js';
import { holderText } from '../output/holder-text.js';
import { stateAsJson } from '../output/state-json.js';
import { historyText, rewindText, stateText } from '../output/state-text.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { requireStream } from '../require-stream.js';
import { untilStopped } from '../stop-signals.js';
import { currentUser } from '../current-user.js';

const ACTIONS = ['show', 'history', 'rewind', 'accept'] as const;

interface StateArguments extends PipelineArguments {
  action: (typeof ACTIONS)[number];
  to?: string | undefined;
  stream?: string | undefined;
  why?: string | undefined;
  yes: boolean;
}

export const stateCommand: Command<StateArguments> = {
  builder: (argv) =>
    pipelineOptions(
      argv.positional('action', { choices: ACTIONS, demandOption: true, describe: 'What to do with the state' }),
    )
      .option('to', {
        type: 'string',
        describe: 'Where to go back to: start, or a moment of following such as 2026-01-31T09:00Z',
        group: 'Rewind:',
      })
      .option('stream', { type: 'string', describe: 'Rewind this stream alone', group: 'Rewind:' })
      .option('why', { type: 'string', describe: 'Kept in the history of the state' })
      .option('yes', { type: 'boolean', default: false, describe: 'Do not ask' })
      .example('$0 state show pipeline.yaml', 'what the state is bound to, and where every stream is')
      .example('$0 state rewind pipeline.yaml --to 2026-01-31T09:00Z', 'exports again what was created since')
      .example('$0 state rewind pipeline.yaml --to start', 'exports everything again')
      .example('$0 state accept pipeline.yaml --why "new host"', 'goes on with a changed source, sink or start'),
  handler: async (args, context) => {
    refuseMisplaced(args);
    const { terminal } = context;
    const config = await requirePipeline(args.config, args['env-file'], context);
    const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
    const pipeline = composePipeline(config, logger, context);
    const reader = pipeline.state.reader(pipeline.name);
    if (args.action === 'show') return show(args, pipeline.name, reader, context);
    if (args.action === 'history') return history(args, reader, context);
    if (args.action === 'rewind') return rewind(args, pipeline, reader, context);
    return acceptBinding(args, pipeline, { reader, logger }, context);
  },
};

/** An option that the action does not know would otherwise be passed over in silence. */
function refuseMisplaced({ action, to, stream, why, yes }: StateArguments): void {
  if (action === 'rewind' && to === undefined) {
    throw new ConfigError([], 'rewind needs to know where to: --to start, or --to with a moment');
  }
  if (action === 'rewind' && to === 'start' && stream !== undefined) {
    throw new ConfigError([], '--to start begins anew with every stream: leave --stream out, or give a moment');
  }
  const ofRewind = to !== undefined || stream !== undefined;
  if (action !== 'rewind' && ofRewind)
    throw new ConfigError([], `--to and --stream belong to rewind, not to ${action}`);
  const isAct = action === 'rewind' || action === 'accept';
  if (!isAct && (why !== undefined || yes)) throw new ConfigError([], `--why and --yes belong to rewind and accept`);
}

async function show(
  { json }: StateArguments,
  name: string,
  reader: StateReader,
  { terminal }: CommandContext,
): Promise<number> {
  const overview = await stateOverview(reader);
  terminal.out(json ? stateAsJson(overview) : stateText(name, overview));
  return EXIT.done;
}

async function history({ json }: StateArguments, reader: StateReader, { terminal }: CommandContext): Promise<number> {
  const entries = (await reader.read()).history;
  terminal.out(json ? stateAsJson(entries) : historyText(entries));
  return EXIT.done;
}

async function rewind(
  args: StateArguments,
  { name, state, mapper }: Pipeline,
  reader: StateReader,
  { terminal, services }: CommandContext,
): Promise<number> {
  const { to = '', stream } = args;
  requireStream(
    stream,
    mapper.streams.map((each) => each.stream),
  );
  const plan = await planRewind(name, reader, {
    to: to === 'start' ? to : instantArgument('to', to),
    ...(stream === undefined ? {} : { streams: [stream] }),
  });
  await assertFree(name, reader);
  terminal.err(`${rewindText(name, plan)}\n`);
  if (!(await confirm(`Rewind ${name}?`, args.yes, terminal))) return EXIT.failed;
  await rewindPipeline(name, state, plan, { ...attributionOf(args), at: services.runtime.now() });
  terminal.out(args.json ? stateAsJson(plan) : `${name} is rewound; the next run exports it again\n`);
  return EXIT.done;
}

async function acceptBinding(
  args: StateArguments,
  pipeline: Pipeline,
  { reader, logger }: { readonly reader: StateReader; readonly logger: ReturnType<typeof createLogger> },
  { terminal, services }: CommandContext,
): Promise<number> {
  const { name } = pipeline;
  const acceptance = await planAcceptance(pipeline, reader);
  const { differences } = acceptance;
  if (differences.length === 0) {
    terminal.out(args.json ? '{"differences":[]}\n' : `the state of ${name} is that of the pipeline file already\n`);
    return EXIT.done;
  }
  await assertFree(name, reader);
  const lines = differences.map(({ what, was, is }) => `  ${what}\n    was  ${was}\n    is   ${is}\n`);
  terminal.err(
    redactKnownSecrets(`${name} goes on from where it is, with what is different now:\n${lines.join('')}\n`),
  );
  if (!(await confirm(`Accept this for ${name}?`, args.yes, terminal))) return EXIT.failed;
  return untilStopped(async (signal) => {
    const attribution = { ...attributionOf(args), at: services.runtime.now() };
    await acceptChanges(pipeline, { runtime: services.runtime, logger }, { acceptance, attribution, signal });
    terminal.out(args.json ? `${JSON.stringify({ differences }, null, 2)}\n` : `${name} goes on from here\n`);
    return EXIT.done;
  });
}

/** Before anybody is asked: what is shown would be out of date when the answer comes. */
async function assertFree(name: string, reader: StateReader): Promise<void> {
  const holder = await reader.holder();
  if (holder === undefined) return;
  throw new StateError(`the state of ${name} is in use by ${holderText(holder)}: wait for it to end, or stop it`);
}

function attributionOf({ why }: StateArguments): { readonly by: string; readonly why?: string } {
  return { by: currentUser(), ...(why === undefined ? {} : { why }) };
}
