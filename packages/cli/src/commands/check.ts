import { createLogger, redactKnownSecrets, type CheckResult } from '@sluice/core';
import type { Command } from '../command.js';
import type { CommandContext } from '../command-context.js';
import { composePipeline, requirePipeline } from '../compose-pipeline.js';
import { EXIT } from '../exit-code.js';
import { pipelineOptions, type PipelineArguments } from '../pipeline-options.js';
import { stopOnSignals } from '../stop-signals.js';

const MARKS = { good: '✓', warning: '!', bad: '✗', unknown: '?' } as const;

export const checkCommand: Command<PipelineArguments> = {
  builder: (argv) =>
    pipelineOptions(argv).example(
      '$0 check configs/langfuse-to-posthog.yaml',
      'what works, and a fix for what does not',
    ),
  handler: check,
};

async function check(args: PipelineArguments, context: CommandContext): Promise<number> {
  const { terminal } = context;
  const config = await requirePipeline(args.config, args['env-file'], context);
  const logger = createLogger({ level: args['log-level'], pretty: terminal.interactive, colour: terminal.colour });
  const { source, sink, state, name } = composePipeline(config, logger, context);
  const stop = stopOnSignals(() => undefined);
  try {
    const { signal } = stop;
    const sections: { readonly part: string; readonly results: readonly CheckResult[] }[] = [
      {
        part: 'configuration',
        results: [{ name: 'pipeline and mapping', outcome: 'good', message: 'no problem found' }],
      },
      { part: `source ${config.source.type}`, results: await source.check({ signal }) },
      { part: `sink ${config.sink.type}`, results: await sink.check({ signal }) },
      { part: `state ${config.state.type}`, results: [await stateReadable(state.reader(name))] },
    ];
    if (args.json) terminal.out(`${JSON.stringify(sections, null, 2)}\n`);
    else for (const { part, results } of sections) terminal.out(sectionText(part, results));
    return sections.some(({ results }) => results.some(({ outcome }) => outcome === 'bad')) ? EXIT.failed : EXIT.done;
  } finally {
    await source.close();
    await sink.close();
    stop.release();
  }
}

async function stateReadable(reader: { read(): Promise<{ readonly revision: number }> }): Promise<CheckResult> {
  try {
    const { revision } = await reader.read();
    const message = revision === 0 ? 'nothing was exported yet' : `readable, ${revision} commits`;
    return { name: 'state readable', outcome: 'good', message };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { name: 'state readable', outcome: 'bad', message, fix: 'repair or move the state directory' };
  }
}

function sectionText(part: string, results: readonly CheckResult[]): string {
  const lines = results.map(({ name, outcome, message, fix }) => {
    const advice = fix === undefined ? '' : `\n      → ${fix}`;
    return `  ${MARKS[outcome]} ${name}: ${message}${advice}\n`;
  });
  return redactKnownSecrets(`${part}\n${lines.join('')}`);
}
