import type { Argv } from 'yargs';

/** What every command that runs or reads pipelines understands. */
export function commonOptions<T>(argv: Argv<T>) {
  return argv
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
    });
}

/** What every command that takes one pipeline file and ends with a result understands. */
export function pipelineOptions<T>(argv: Argv<T>) {
  return commonOptions(argv)
    .positional('config', { type: 'string', demandOption: true, describe: 'The pipeline file' })
    .option('json', {
      type: 'boolean',
      default: false,
      describe: 'Print the result as JSON',
      group: 'Output:',
    });
}

/** What `commonOptions` parses to. */
export interface CommonArguments {
  'env-file'?: string | undefined;
  'log-level': 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** What `pipelineOptions` parses to. */
export interface PipelineArguments extends CommonArguments {
  config: string;
  json: boolean;
}
