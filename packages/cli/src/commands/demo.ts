import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type DemoStage, type Preset } from '@sluice/core/adapter';
import { runPipeline, type RunResult } from '@sluice/core/engine';
import { createLogger } from '@sluice/core/service';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { demoReport } from '../demo/demo-report.js';
import { EXIT } from '../exit-code.js';
import { progressDisplay } from '../output/progress-display.js';
import { runSummary } from '../output/run-summary.js';
import { stopOnSignals } from '../stop-signals.js';

interface DemoArguments {
  traces: number;
  keep: boolean;
  json: boolean;
}

export const demoCommand: Command<DemoArguments> = {
  builder: (argv) =>
    argv
      .option('traces', { type: 'number', default: 1000, describe: 'How many traces the history has' })
      .option('keep', {
        type: 'boolean',
        default: false,
        describe: 'Keep the folder with the state and the received events',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON', group: 'Output:' })
      .check(({ traces }) => {
        if (Number.isInteger(traces) && traces > 0) return true;
        throw new ConfigError([], '--traces must be a whole number above 0');
      })
      .example('$0 demo --traces 20000', 'a longer history'),
  handler: demo,
};

async function demo({ traces, keep, json }: DemoArguments, context: CommandContext): Promise<number> {
  const { terminal, services } = context;
  const say = (line: string) => terminal.err(`${line}\n`);
  const preset = services.presets.find((each) => each.loadDemo !== undefined);
  const loaded = await preset?.loadDemo?.();
  if (preset === undefined || loaded === undefined) throw new Error('no preset with a demo is installed');
  const stop = stopOnSignals(() => say('\nsluice: ending the demo; again to end at once'));
  const directory = await mkdtemp(join(tmpdir(), 'sluice-demo-'));
  let stage: DemoStage | undefined;
  try {
    stage = await loaded.start({ size: traces, directory, say, signal: stop.signal });
    say('The first run backfills the history:');
    const first = await run(preset, stage, directory, context, stop.signal);
    if (!json && first.outcome === 'done') terminal.out(`${runSummary(first)}\n`);
    const before = stage.received();
    say('The second run finds nothing to send:');
    const second = await run(preset, stage, directory, context, stop.signal);
    const failure = first.failure ?? second.failure;
    if (failure) throw failure;
    const code = stop.exitCode();
    if (code !== undefined) return code;

    const report = demoReport(stage.counts(), stage.samples(), stage.received() - before);
    terminal.out(json ? `${JSON.stringify(report.json, null, 2)}\n` : report.text);
    if (keep) say(`Kept: ${await stage.keepEvents()} and the state beside it`);
    return report.complete ? EXIT.done : EXIT.failed;
  } catch (error) {
    const code = stop.exitCode();
    if (code !== undefined) return code;
    throw error;
  } finally {
    await stage?.stop();
    if (!keep) await rm(directory, { recursive: true, force: true });
    stop.release();
  }
}

/** Runs the preset's pipeline file as it ships, but for its variables and the place of its state. */
async function run(
  preset: Preset,
  stage: DemoStage,
  directory: string,
  context: CommandContext,
  signal: AbortSignal,
): Promise<RunResult> {
  const { terminal, services } = context;
  const staged: CommandContext = { ...context, environment: { ...context.environment, ...stage.environment } };
  const config = await requirePipeline(preset.pipeline, undefined, staged);
  const logger = createLogger({ level: 'warn', pretty: terminal.interactive, colour: terminal.colour });
  const state = { ...config.state, config: { directory: join(directory, 'state') } };
  const pipeline = composePipeline({ ...config, state }, logger, staged);
  const progress = progressDisplay(terminal, services.runtime);
  try {
    return await runPipeline(pipeline, { runtime: services.runtime, logger }, { signal, onProgress: progress.update });
  } finally {
    progress.end();
  }
}
