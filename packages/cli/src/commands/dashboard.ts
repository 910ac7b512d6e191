import { ConfigError } from '@sluice/core/adapter';
import type { DashboardChange, DashboardPlan } from '@sluice/core/sink';
import type { LoadedPipeline } from '@sluice/sluice';
import { example } from '../options/example.js';
import type { PipelineArguments } from '../options/pipeline-options.js';
import { changesSummary, changesText, dashboardsText, isToDo } from '../output/dashboard-text.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { EXIT } from '../process/exit-code.js';
import { confirm } from '../terminal/confirm.js';
import { theme } from '../terminal/theme.js';
import { pipelineCommand } from './pipeline-command.js';
import type { Work } from './sluice-command.js';

const ACTIONS = ['preview', 'diff', 'apply'] as const;

interface DashboardArguments extends PipelineArguments {
  action: (typeof ACTIONS)[number];
  overwrite: boolean;
  yes: boolean;
}

export const dashboardCommand = pipelineCommand<DashboardArguments>({
  options: (argv) =>
    argv
      .positional('action', { choices: ACTIONS, demandOption: true, describe: 'What to do with the dashboards' })
      .option('overwrite', {
        type: 'boolean',
        default: false,
        describe: 'Also undo changes made by hand to the dashboards that Sluice created',
      })
      .option('yes', { type: 'boolean', default: false, describe: 'Create and update them without asking' })
      .epilogue(example('$0 dashboard preview pipeline.yaml', 'what would be created; connects to nothing'))
      .epilogue(example('$0 dashboard diff pipeline.yaml', 'exit code 1 if apply would change something'))
      .epilogue(example('$0 dashboard apply pipeline.yaml --yes', 'creates and updates them')),
  refuse: ({ action, overwrite, yes }) => {
    if (action === 'preview' && overwrite)
      throw new ConfigError([], '--overwrite can only be used with diff and apply');
    if (action !== 'apply' && yes) throw new ConfigError([], '--yes can only be used with apply');
  },
  several: () => 'one',
  act: async (pipeline, args, work) => {
    if (args.action === 'preview') return preview(pipeline, args, work);
    const { overwrite } = args;
    return pipeline.dashboards.plan({ overwrite, signal: work.signal }, (plan) =>
      args.action === 'diff' ? diff(plan, args, work) : apply(plan, pipeline, args, work),
    );
  },
});

async function preview({ dashboards }: LoadedPipeline, args: DashboardArguments, { output }: Work): Promise<number> {
  const described = await dashboards.described();
  if (args.json) output.json(described);
  else {
    output.lines(dashboardsText(described, dashboards.chartWord));
    output.note(nextStep(commandLine(['dashboard', 'diff', args.config], args)));
  }
  return EXIT.done;
}

async function diff({ changes }: DashboardPlan, args: DashboardArguments, { output }: Work): Promise<number> {
  const hasWork = changes.some(isToDo);
  if (args.json) output.json(changes);
  else {
    output.lines(changesText(changes));
    output.text(changesSummary(changes));
    if (hasWork) output.note(nextStep(applyCommand(args)));
  }
  return hasWork ? EXIT.failed : EXIT.done;
}

async function apply(
  plan: DashboardPlan,
  pipeline: LoadedPipeline,
  args: DashboardArguments,
  { output, terminal, signal }: Work,
): Promise<number> {
  const { changes } = plan;
  if (!changes.some(isToDo)) {
    if (args.json) output.json({ changes, dashboards: addresses(changes) });
    else output.text(`nothing to change\n${changesSummary(changes)}`);
    return EXIT.done;
  }
  output.note(`${changesText(changes)}${changesSummary(changes)}`);
  const question = `Create and update the dashboards of ${pipeline.name}?`;
  if (!(await confirm(question, { yes: args.yes, terminal, signal }))) return EXIT.failed;
  const dashboards = await plan.apply({ signal });
  if (args.json) output.json({ changes, dashboards });
  else output.text(dashboards.map((url) => `ready: ${theme.path(url)}\n`).join(''));
  return EXIT.done;
}

function addresses(changes: readonly DashboardChange[]): readonly string[] {
  return changes.flatMap(({ kind, url }) => (kind === 'dashboard' && url !== undefined ? [url] : []));
}

function applyCommand(args: DashboardArguments): string {
  const flags = args.overwrite ? ['--overwrite'] : [];
  return commandLine(['dashboard', 'apply', args.config, ...flags], args);
}
