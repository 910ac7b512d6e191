import { example } from '../options/example.js';
import { EXIT } from '../process/exit-code.js';
import { KINDS, schemaText } from '../schema/schema-text.js';
import { sluiceCommand } from './sluice-command.js';

export const schemaCommand = sluiceCommand({
  options: (argv) =>
    argv
      .positional('kind', { choices: KINDS, default: 'mapping' as const, describe: 'Which files the schema is for' })
      .option('source', { type: 'string', describe: 'Make it specific to this source', group: 'Selection:' })
      .option('sink', { type: 'string', describe: 'Make it specific to this sink', group: 'Selection:' })
      .epilogue(example('$0 schema --sink jsonl > mapping.json', 'for mappings to this sink'))
      .epilogue(example('$0 schema pipeline > pipeline.json', 'for pipeline files of any source and sink')),
  act: async ({ kind, source: sourceType, sink: sinkType }, { sluice, terminal }) => {
    // Packages are looked up from here, as for a pipeline file in this folder.
    const named = await sluice.adapters.named({ source: sourceType, sink: sinkType }, process.cwd());
    terminal.out(await schemaText(kind, named, sluice));
    return EXIT.done;
  },
});
