import { ConfigError } from '@sluice/core/adapter';
import { catalogueMarkdown, describeMapping } from '@sluice/yaml-mapper';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { mappingContext, requireMappingFile } from '../mapping-context.js';

interface DocsArguments {
  mapping: string;
  format: 'markdown' | 'json';
  json: boolean;
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
      .example('$0 docs configs/mappings/langfuse-posthog.yaml > events.md', 'a page for the team'),
  handler: async (args, { terminal, services }) => {
    const { problems, catalogue } = describeMapping(requireMappingFile(args.mapping), mappingContext(services));
    if (catalogue === undefined) throw new ConfigError(problems);
    const isJson = args.json || args.format === 'json';
    terminal.out(isJson ? `${JSON.stringify(catalogue, null, 2)}\n` : catalogueMarkdown(catalogue));
    return EXIT.done;
  },
};
