import type { Argv } from 'yargs';

/** What every command that takes a pipeline file understands. */
export function pipelineOptions<T>(argv: Argv<T>) {
  return argv
    .positional('config', { type: 'string', demandOption: true, describe: 'The pipeline file' })
    .option('env-file', {
      type: 'string',
      describe: 'Read variables from this file; those of the environment win',
      group: 'Configuration:',
    })
    .option('log-level', {
      choices: ['debug', 'info', 'warn', 'error', 'silent'] as const,
      default: 'info' as const,
      describe: 'How much to log to stderr',
      group: 'Output:',
    })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'Print the result as JSON',
      group: 'Output:',
    });
}

/** What `pipelineOptions` parses to. */
export interface PipelineArguments {
  config: string;
  'env-file'?: string | undefined;
  'log-level': 'debug' | 'info' | 'warn' | 'error' | 'silent';
  json: boolean;
}
