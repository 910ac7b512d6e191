import type { Argv } from 'yargs';

/** The options of every command that runs or reads pipelines. */
export function commonOptions<T>(argv: Argv<T>) {
  return argv
    .option('env-file', {
      type: 'string',
      describe: 'Read variables from this file; the environment takes precedence',
      group: 'Configuration:',
    })
    .option('log-level', {
      choices: ['debug', 'info', 'warn', 'error', 'silent'] as const,
      default: 'info' as const,
      describe: 'How much to log to stderr',
      group: 'Output:',
    });
}

export function jsonOption<T>(argv: Argv<T>) {
  return argv.option('json', {
    type: 'boolean',
    default: false,
    describe: 'Print the result as JSON',
    group: 'Output:',
  });
}

export function whyOption<T>(argv: Argv<T>) {
  return argv.option('why', { type: 'string', describe: 'The reason, kept in the history of the state' });
}

export function selectionOptions<T>(argv: Argv<T>) {
  return argv
    .option('only', {
      type: 'string',
      describe: 'Only this one of several pipelines, by its name under foreach',
      group: 'Selection:',
    })
    .option('sink', {
      type: 'string',
      describe: 'Only this one of several sinks, by its name in the pipeline file',
      group: 'Selection:',
    });
}

/** The options of every command on one pipeline file. */
export function pipelineOptions<T>(argv: Argv<T>) {
  return selectionOptions(jsonOption(commonOptions(argv))).positional('config', {
    type: 'string',
    demandOption: true,
    describe: 'The pipeline file',
  });
}

/** What `pipelineOptions` parses to. */
export interface PipelineArguments {
  config: string;
  json: boolean;
  only: string | undefined;
  sink: string | undefined;
  'env-file': string | undefined;
  'log-level': 'debug' | 'info' | 'warn' | 'error' | 'silent';
}
