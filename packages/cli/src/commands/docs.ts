import { ConfigError } from '@sluice/core/adapter';
import { catalogueMarkdown, describeMapping } from '@sluice/yaml-mapper';
import { example } from '../options/example.js';
import { mappingFile } from '../options/mapping-file.js';
import { jsonOption } from '../options/pipeline-options.js';
import { EXIT } from '../process/exit-code.js';
import { sluiceCommand } from './sluice-command.js';

export const docsCommand = sluiceCommand({
  options: (argv) =>
    jsonOption(argv)
      .positional('mapping', { type: 'string', demandOption: true, describe: 'The mapping file' })
      .epilogue(example('$0 docs mapping.yaml > events.md', 'a page for the team')),
  act: async ({ mapping, json }, { sluice, terminal }) => {
    const file = mappingFile(mapping);
    const { problems, catalogue } = await sluice.checkMappings([file], (context) => describeMapping(file, context));
    if (catalogue === undefined) throw new ConfigError(problems);
    terminal.out(json ? `${JSON.stringify(catalogue, null, 2)}\n` : catalogueMarkdown(catalogue));
    return EXIT.done;
  },
});
