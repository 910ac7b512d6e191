import { join } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { Registry } from '@sluice/core/config';
import { didYouMean } from '@sluice/core/document';
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
    const file = join(process.cwd(), 'pipeline.yaml');
    const source = chosen(await sluice.adapters.sourcesWith(sourceType, file), 'source', sourceType);
    const sink = chosen(await sluice.adapters.sinksWith(sinkType, file), 'sink', sinkType);
    terminal.out(schemaText(kind, { source, sink }, sluice));
    return EXIT.done;
  },
});

function chosen<Definition extends SourceDefinition | SinkDefinition>(
  registry: Registry<Definition>,
  kind: Definition['kind'],
  type: string | undefined,
): Definition | undefined {
  if (type === undefined) return undefined;
  const definition = registry.find(type);
  if (definition !== undefined) return definition;
  const message = registry.failure(type) ?? `unknown ${kind} \`${type}\``;
  throw new ConfigError([], `${message}; ${didYouMean(type, registry.types)}`);
}
