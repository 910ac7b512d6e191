import type { Command } from './command.js';

export interface ListedCommand {
  readonly name: string;
  /** The command with its positionals, as yargs reads it. */
  readonly usage: string;
  readonly describe: string;
  load(): Promise<Command>;
}

/** Every command, in the order of `sluice --help`, which loads none of their modules. */
export const COMMANDS: readonly ListedCommand[] = [
  {
    name: 'init',
    usage: 'init [dir]',
    describe: 'Write a pipeline file, a mapping to change and an example of the variables',
    load: async () => (await import('./init.js')).initCommand,
  },
  {
    name: 'new',
    usage: 'new <kind> <name> [dir]',
    describe: 'Write a package for your own sink or source, with tests that say what is left to do',
    load: async () => (await import('./new.js')).newCommand,
  },
  {
    name: 'run',
    usage: 'run <config>',
    describe: 'Export everything that is due, once',
    load: async () => (await import('./run.js')).runCommand,
  },
  {
    name: 'start',
    usage: 'start <config..>',
    describe: 'Run pipelines on their schedules until stopped; serve health and metrics',
    load: async () => (await import('./start.js')).startCommand,
  },
  {
    name: 'preview',
    usage: 'preview <config>',
    describe: 'Show real records as the exact requests; send and write nothing',
    load: async () => (await import('./preview.js')).previewCommand,
  },
  {
    name: 'check',
    usage: 'check <config>',
    describe: 'Try every connection and permission that a run needs; send no event',
    load: async () => (await import('./check.js')).checkCommand,
  },
  {
    name: 'lint',
    usage: 'lint <file..>',
    describe: 'Find every problem in pipeline and mapping files; connect to nothing',
    load: async () => (await import('./lint.js')).lintCommand,
  },
  {
    name: 'test',
    usage: 'test <mapping..>',
    describe: 'Run the tests of a mapping, in it or in the .test.yaml file beside it',
    load: async () => (await import('./test.js')).testCommand,
  },
  {
    name: 'docs',
    usage: 'docs <mapping>',
    describe: 'Print the catalogue of events: type, unit, meaning, origin and an example of every property',
    load: async () => (await import('./docs.js')).docsCommand,
  },
  {
    name: 'diff',
    usage: 'diff <old> <new>',
    describe: 'Compare two mappings: events, properties, types, units, meaning, identity',
    load: async () => (await import('./diff.js')).diffCommand,
  },
  {
    name: 'schema',
    usage: 'schema [kind] [file]',
    describe: 'Print the JSON Schema of a kind of file, for editors; or pull types from a database into a schema file',
    load: async () => (await import('./schema.js')).schemaCommand,
  },
  {
    name: 'explain',
    usage: 'explain [code]',
    describe: 'Explain a problem code with an example; without a code, list all of them',
    load: async () => (await import('./explain.js')).explainCommand,
  },
  {
    name: 'dead-letters',
    usage: 'dead-letters <action> <config> [id..]',
    describe: 'List, show, replay or discard what could not be delivered',
    load: async () => (await import('./dead-letters.js')).deadLettersCommand,
  },
  {
    name: 'verify',
    usage: 'verify <config>',
    describe: 'Prove that everything in the source was exported; --repair exports what differs again',
    load: async () => (await import('./verify.js')).verifyCommand,
  },
  {
    name: 'status',
    usage: 'status <config..>',
    describe: 'Show position, lag, counts, trouble and next run; the exit code is for monitoring',
    load: async () => (await import('./status.js')).statusCommand,
  },
  {
    name: 'backfill',
    usage: 'backfill <config>',
    describe: 'Export a range of history again; --plan shows what that takes',
    load: async () => (await import('./backfill.js')).backfillCommand,
  },
  {
    name: 'state',
    usage: 'state <action> <config>',
    describe: 'Show the state and its history, rewind it, or accept a changed source, sink or start',
    load: async () => (await import('./state.js')).stateCommand,
  },
  {
    name: 'dashboard',
    usage: 'dashboard <action> <config>',
    describe: 'Preview, compare or create dashboards for the events of a pipeline at its destination',
    load: async () => (await import('./dashboard.js')).dashboardCommand,
  },
  {
    name: 'demo',
    usage: 'demo',
    describe: 'Try everything on this machine: a source with a history, and a receiver that counts events',
    load: async () => (await import('./demo.js')).demoCommand,
  },
];
