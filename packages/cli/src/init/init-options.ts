import type { Argv } from 'yargs';

/** What `initOptions` parses to. */
export interface InitArguments {
  dir: string;
  name?: string | undefined;
  'database-url-env'?: string | undefined;
  'posthog-key-env'?: string | undefined;
  'posthog-host'?: string | undefined;
  'langfuse-url'?: string | undefined;
  projects?: string | undefined;
  start?: string | undefined;
  'env-file'?: string | undefined;
  yes: boolean;
  check: boolean;
  force: boolean;
}

export function initOptions(argv: Argv): Argv<InitArguments> {
  return argv
    .positional('dir', { type: 'string', default: '.', describe: 'Where to write the files' })
    .option('name', { type: 'string', describe: 'What the pipeline is called', group: 'Pipeline:' })
    .option('database-url-env', {
      type: 'string',
      describe: 'The variable that holds the address of Langfuse’s database',
      group: 'Pipeline:',
    })
    .option('posthog-key-env', {
      type: 'string',
      describe: 'The variable that holds PostHog’s project API key',
      group: 'Pipeline:',
    })
    .option('posthog-host', { type: 'string', describe: 'us, eu, or an address', group: 'Pipeline:' })
    .option('langfuse-url', { type: 'string', describe: 'Where people open Langfuse', group: 'Pipeline:' })
    .option('projects', { type: 'string', describe: 'all, or ids separated by commas', group: 'Pipeline:' })
    .option('start', {
      type: 'string',
      describe: 'What the first run exports: beginning, now, or a date',
      group: 'Pipeline:',
    })
    .option('env-file', {
      type: 'string',
      describe: 'Read variables from this file; those of the environment win',
      group: 'Configuration:',
    })
    .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Ask nothing: flags and defaults' })
    .option('check', { type: 'boolean', default: true, describe: 'Try the connections whose variables are set' })
    .option('force', { type: 'boolean', default: false, describe: 'Write over files that are there' })
    .example('$0 init', 'asks what it needs to know')
    .example('$0 init export --yes --posthog-host eu --start 2026-01-01', 'for scripts');
}
