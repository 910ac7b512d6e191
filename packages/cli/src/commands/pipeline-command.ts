import type { RunResult } from '@sluice/core/engine';
import type { LoadedPipeline } from '@sluice/sluice';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { pipelineOptions, type PipelineArguments } from '../options/pipeline-options.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { exitCodeOf, runAsJson, runSummary, type SummaryOf } from '../output/run-summary.js';
import { counted } from '../output/words.js';
import type { Command } from './command.js';
import { eachBranch } from './each-branch.js';
import { sluiceCommand, type SluiceCommand, type Work } from './sluice-command.js';

export interface PipelineCommand<Arguments> extends Pick<SluiceCommand<Arguments>, 'stopping'> {
  /** Adds to the options that every command on one pipeline has. */
  readonly options: (argv: Argv<PipelineArguments>) => Argv<Arguments>;
  /** Refuses arguments that do not belong together, before the pipeline is loaded. */
  readonly refuse?: (args: ArgumentsCamelCase<Arguments>) => void;
  /**
   * How it treats several sinks. Default: `in turn`. `side by side`: at the same time. `one`: it must be told which. Several
   * pipelines of a file are always treated in turn.
   */
  readonly several?: (args: ArgumentsCamelCase<Arguments>) => 'in turn' | 'side by side' | 'one';
  readonly act: (pipeline: LoadedPipeline, args: ArgumentsCamelCase<Arguments>, work: Work) => Promise<number>;
}

/** A command on one pipeline file: loads it, does the work, renders the result. */
export function pipelineCommand<Arguments extends PipelineArguments>({
  options,
  stopping,
  refuse,
  several = () => 'in turn',
  act,
}: PipelineCommand<Arguments>): Command<Arguments> {
  return sluiceCommand({
    options: (argv) => options(pipelineOptions(argv)),
    ...(stopping === undefined ? {} : { stopping }),
    act: async (args, work) => {
      refuse?.(args);
      const { config, only: member, sink, 'env-file': envFile } = args;
      const branches = await work.sluice.loadBranches(config, { envFile, only: member, sink });
      const output = branches.some((each) => each.writesToStdout) ? work.output.besideEvents() : work.output;
      const [only, second] = branches;
      if (only !== undefined && second === undefined) return act(only, args, { ...work, output });
      return eachBranch(branches, several(args), { ...work, output }, (branch, inBranch) =>
        act(branch, { ...args, only: branch.memberName, sink: branch.sinkName }, inBranch),
      );
    },
  });
}

/** Prints what a run did and why it failed, and returns its exit code. */
export function printRun<Result extends RunResult>(
  { repeats: rules }: Pick<LoadedPipeline, 'repeats'>,
  result: Result,
  args: PipelineArguments,
  { output }: Work,
  {
    asJson = runAsJson,
    asText = runSummary,
  }: {
    readonly asJson?: (result: Result) => unknown;
    readonly asText?: (result: Result, of: SummaryOf) => string;
  } = {},
): number {
  // The reason comes first: nobody should have to look for it below a table.
  if (result.failure && !args.json) output.error(result.failure);
  if (args.json) output.json(asJson(result), 0);
  else output.text(asText(result, { file: args.config, called: args, rules }));
  if (result.failure && args.json) output.error(result.failure);
  else if (result.report.deadLetters > 0) {
    const why = counted(result.report.deadLetters, 'dead letter');
    output.note(nextStep(commandLine(['dead-letters', 'list', args.config], args), why));
  }
  return exitCodeOf(result);
}
