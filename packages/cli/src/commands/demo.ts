import { ConfigError, createLogger, runPipeline, type RunResult } from '@sluice/core';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { demoReport } from '../demo/demo-report.js';
import type { DemoStage } from '../demo/demo-stage.js';
import { shippedConfig } from '../shipped-config.js';
import { EXIT } from '../exit-code.js';
import { progressDisplay } from '../output/progress-display.js';
import { runSummary } from '../output/run-summary.js';
import { stopOnSignals } from '../stop-signals.js';
import { version } from '../version.js';

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
  const { terminal } = context;
  const say = (text: string) => terminal.err(`${text}\n`);
  const stop = stopOnSignals(() => say('\nsluice: ending the demo; again to end at once'));
  let stage: DemoStage | undefined;
  try {
    const { startDemoStage } = await loadDemoStage();
    stage = await startDemoStage({ traces, keep, say, signal: stop.signal });
    say('The first run backfills the history:');
    const first = await runShipped(stage, context, stop.signal);
    if (!json && first.outcome === 'done') terminal.out(`${runSummary(first)}\n`);
    const before = stage.receivedEvents();
    say('The second run finds nothing to send:');
    const second = await runShipped(stage, context, stop.signal);
    const failure = first.failure ?? second.failure;
    if (failure) throw failure;
    const code = stop.exitCode();
    if (code !== undefined) return code;

    const report = demoReport(await stage.counts(), stage.samples(), stage.receivedEvents() - before);
    terminal.out(json ? `${JSON.stringify(report.json, null, 2)}\n` : report.text);
    if (keep) say(`kept: ${stage.directory}`);
    return report.complete ? EXIT.done : EXIT.failed;
  } catch (error) {
    const code = stop.exitCode();
    if (code !== undefined) return code;
    throw error;
  } finally {
    await stage?.end();
    stop.release();
  }
}

/** Loaded here alone: what exports in production carries neither a Postgres nor a testkit. */
async function loadDemoStage() {
  try {
    return await import('../demo/demo-stage.js');
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("'@sluice/testkit'")) throw error;
    const install = `npm install @sluice/testkit@${version}`;
    throw new ConfigError(
      [],
      `the demo plays on a Postgres and a receiver of the package @sluice/testkit, which is not installed: ${install}`,
    );
  }
}

/** The pipeline that ships, with nothing changed but its variables. */
async function runShipped(stage: DemoStage, context: CommandContext, signal: AbortSignal): Promise<RunResult> {
  const { terminal, services } = context;
  const staged: CommandContext = { ...context, environment: { ...context.environment, ...stage.environment } };
  const config = await requirePipeline(shippedConfig('langfuse-to-posthog.yaml'), undefined, staged);
  const logger = createLogger({ level: 'warn', pretty: terminal.interactive, colour: terminal.colour });
  const pipeline = composePipeline({ ...config, state: stage.stateIn(config.state) }, logger, staged);
  const progress = progressDisplay(terminal, services.runtime);
  try {
    return await runPipeline(pipeline, { runtime: services.runtime, logger }, { signal, onProgress: progress.update });
  } finally {
    progress.end();
  }
}
