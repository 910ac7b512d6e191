import { ConfigError } from '@sluice/core';
import { catalogueMarkdown, catalogueTypes, describeMapping, type Catalogue } from '@sluice/yaml-mapper';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { mappingContext, requireMappingFile } from '../mapping-context.js';

interface DocsArguments {
  mapping: string;
  format: 'markdown' | 'json';
  json: boolean;
  types: boolean;
}

export const docsCommand: Command<DocsArguments> = {
  builder: (argv) =>
    argv
      .positional('mapping', { type: 'string', demandOption: true, describe: 'The mapping file' })
      .option('format', {
        choices: ['markdown', 'json'] as const,
        default: 'markdown' as const,
        describe: 'How to print',
        group: 'Output:',
      })
      .option('json', { type: 'boolean', default: false, describe: 'The same as --format json', group: 'Output:' })
      .option('types', {
        type: 'boolean',
        default: false,
        describe: 'Print TypeScript types of the events instead',
        group: 'Output:',
      })
      .example('$0 docs configs/mappings/langfuse-posthog.yaml > events.md', 'a page for the team')
      .example('$0 docs configs/mappings/langfuse-posthog.yaml --types > events.ts', 'for code that reads the events'),
  handler: async (args, { terminal, services }) => {
    const { problems, catalogue } = describeMapping(requireMappingFile(args.mapping), mappingContext(services));
    if (catalogue === undefined) throw new ConfigError(problems);
    terminal.out(printed(catalogue, args));
    return EXIT.done;
  },
};

function printed(catalogue: Catalogue, { types, json, format }: DocsArguments): string {
  if (types) return catalogueTypes(catalogue);
  return json || format === 'json' ? `${JSON.stringify(catalogue, null, 2)}\n` : catalogueMarkdown(catalogue);
}
