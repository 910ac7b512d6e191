import type { Command } from './command.js';

export interface ListedCommand {
  readonly name: string;
  /** The command with its positionals, as yargs reads it. */
  readonly usage: string;
  readonly describe: string;
  load(): Promise<Command>;
}

/** Every command, in the order of `sluice --help`, which needs none of their modules. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'init',
    usage: 'init [dir]',
    describe: 'Write a pipeline file, a mapping of your own and an example of the variables',
    load: async () => (await import('./commands/init.js')).initCommand,
  },
  {
    name: 'run',
    usage: 'run <config>',
    describe: 'Export everything that is due, once, and end',
    load: async () => (await import('./commands/run.js')).runCommand,
  },
  {
    name: 'start',
    usage: 'start <config..>',
    describe: 'Stay up, run every pipeline on its schedule, serve health and metrics',
    load: async () => (await import('./commands/start.js')).startCommand,
  },
  {
    name: 'preview',
    usage: 'preview <config>',
    describe: 'Show real records as the exact requests; sends nothing, writes nothing',
    load: async () => (await import('./commands/preview.js')).previewCommand,
  },
  {
    name: 'check',
    usage: 'check <config>',
    describe: 'Try every connection and permission that a run needs; sends no event',
    load: async () => (await import('./commands/check.js')).checkCommand,
  },
  {
    name: 'lint',
    usage: 'lint <file..>',
    describe: 'Find every problem of pipeline and mapping files; connects to nothing',
    load: async () => (await import('./commands/lint.js')).lintCommand,
  },
  {
    name: 'test',
    usage: 'test <mapping..>',
    describe: "Run a mapping's own tests, in it or in the .test.yaml file beside it",
    load: async () => (await import('./commands/test.js')).testCommand,
  },
  {
    name: 'docs',
    usage: 'docs <mapping>',
    describe: 'The catalogue of the events: type, unit, meaning, origin and an example of every property',
    load: async () => (await import('./commands/docs.js')).docsCommand,
  },
  {
    name: 'diff',
    usage: 'diff <old> <new>',
    describe: 'What another mapping changes: events, properties, types, units, meaning, identity',
    load: async () => (await import('./commands/diff.js')).diffCommand,
  },
  {
    name: 'schema',
    usage: 'schema [kind]',
    describe: 'The JSON Schema of mapping, pipeline or test files, for editors',
    load: async () => (await import('./commands/schema.js')).schemaCommand,
  },
  {
    name: 'explain',
    usage: 'explain [code]',
    describe: 'What the code of a problem means, with an example; without a code: all of them',
    load: async () => (await import('./commands/explain.js')).explainCommand,
  },
  {
    name: 'dead-letters',
    usage: 'dead-letters <action> <config> [id..]',
    describe: 'List, show, replay or discard what could not be delivered',
    load: async () => (await import('./commands/dead-letters.js')).deadLettersCommand,
  },
  {
    name: 'verify',
    usage: 'verify <config>',
    describe: 'Prove that what the source holds is what was exported; --repair exports again what differs',
    load: async () => (await import('./commands/verify.js')).verifyCommand,
  },
  {
    name: 'status',
    usage: 'status <config..>',
    describe: 'How pipelines are: position, lag, counts, troubles, next run; the exit code is for monitoring',
    load: async () => (await import('./commands/status.js')).statusCommand,
  },
  {
    name: 'backfill',
    usage: 'backfill <config>',
    describe: 'Export a range of history again; --plan says what that takes',
    load: async () => (await import('./commands/backfill.js')).backfillCommand,
  },
  {
    name: 'state',
    usage: 'state <action> <config>',
    describe: 'Show the state and its history, rewind it, or accept a changed source, sink or start',
    load: async () => (await import('./commands/state.js')).stateCommand,
  },
  {
    name: 'demo',
    usage: 'demo',
    describe: 'The whole job on an embedded Postgres and a local PostHog-compatible receiver',
    load: async () => (await import('./commands/demo.js')).demoCommand,
  },
  {
    name: 'completion',
    usage: 'completion [shell]',
    describe: 'Print the script that completes commands, options and files in a shell',
    load: async () => (await import('./commands/completion.js')).completionCommand,
  },
];
