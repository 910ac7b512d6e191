import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DemoStage } from '@sluice/core/preset';
import type { RunResult } from '@sluice/core/engine';
import { createSluice } from '@sluice/sluice';
import { parse } from 'yaml';
import { example } from '../options/example.js';
import { demoReport } from '../demo/demo-report.js';
import { chosenDemo, demoOptions, demosOf, type DemoOfPreset } from '../demo/choose-demo.js';
import { jsonOption } from '../options/pipeline-options.js';
import { assertWholeNumber } from '../options/whole-number.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { runSummary } from '../output/run-summary.js';
import { EXIT } from '../process/exit-code.js';
import { runProgress } from '../terminal/progress-display.js';
import { logTo, sluiceCommand, type Work } from './sluice-command.js';

export const demoCommand = sluiceCommand({
  options: (argv) =>
    jsonOption(demoOptions(argv, demosOf(createSluice({ environment: {} }).adapters.presets)))
      .option('package', {
        type: 'string',
        describe: 'Run the first demo that this installed package ships with its source or sink',
      })
      .option('traces', { type: 'number', default: 1000, describe: 'How many traces the history has' })
      .option('keep', {
        type: 'boolean',
        default: false,
        describe: 'Keep the folder with the state and the received events',
      })
      .check(({ traces }) => assertWholeNumber('traces', traces))
      .epilogue(example('$0 demo --traces 20000', 'a longer history')),
  stopping: 'ending the demo',
  act: async (args, work) => {
    const { adapters } = work.sluice;
    const presets =
      args.package === undefined ? adapters.presets : await adapters.presetsOf(args.package, process.cwd());
    return demo(args, chosenDemo(args, demosOf(presets)), work);
  },
});

interface DemoArguments {
  traces: number;
  keep: boolean;
  json: boolean;
}

async function demo(
  { traces, keep, json }: DemoArguments,
  { preset, demo: shown }: DemoOfPreset,
  work: Work,
): Promise<number> {
  const { terminal, output, signal } = work;
  const say = (line: string) => output.note(`${line}\n`);
  const loaded = await shown.load();
  const directory = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  let stage: DemoStage | undefined;
  try {
    stage = await loaded.start({ size: traces, directory, say, signal });
    const { pipelines = [preset.pipeline] } = shown;
    say(`The first run${pipelines.length === 1 ? '' : ' of each pipeline'} backfills the history:`);
    for (const pipeline of pipelines) {
      const first = await run(pipeline, stage, directory, work);
      if (first.failure) throw first.failure;
      if (!json && first.outcome === 'done') output.text(`${runSummary(first)}\n`);
    }
    const before = stage.received();
    say('The second run …');
    for (const pipeline of pipelines) {
      const second = await run(pipeline, stage, directory, work);
      if (second.failure) throw second.failure;
    }
    signal.throwIfAborted();
    const report = demoReport({
      counts: stage.counts(),
      figures: stage.figures?.(),
      samples: stage.samples(),
      sentBySecondRun: stage.received() - before,
    });
    terminal.out(json ? `${JSON.stringify(report.json, null, 2)}\n` : report.text);
    if (!json) output.note(nextStep(commandLine(['init']), 'now a pipeline for your own source and sink'));
    if (keep) say(`Kept: ${await stage.keepEvents()} and the state beside it`);
    return report.complete ? EXIT.done : EXIT.failed;
  } finally {
    await stage?.stop();
    if (!keep) await rm(directory, { recursive: true, force: true });
  }
}

/** Runs a pipeline file as it ships, except for its variables and the place of its state. */
async function run(
  pipelineFile: string,
  stage: DemoStage,
  directory: string,
  { terminal, environment, signal }: Work,
): Promise<RunResult> {
  const variables = { ...environment, ...stage.environment };
  const sluice = createSluice({ environment: variables, logLevel: 'warn', writeLog: logTo(terminal) });
  const shipped: object = parse(readFileSync(pipelineFile, 'utf8'));
  const state = { use: 'file', with: { directory: join(directory, 'state') } };
  const pipeline = await sluice.load({ ...shipped, state }, { baseDirectory: dirname(pipelineFile) });
  const progress = await runProgress(terminal);
  return pipeline.run({ signal, ...progress.options }).finally(progress.end);
}
