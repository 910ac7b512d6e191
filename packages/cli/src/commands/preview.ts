import type { RequestDescription } from '@sluice/core/sink';
import { example } from '../options/example.js';
import { assertWholeNumber } from '../options/whole-number.js';
import { EXIT } from '../process/exit-code.js';
import { pipelineCommand } from './pipeline-command.js';

export const previewCommand = pipelineCommand({
  options: (argv) =>
    argv
      .option('stream', { type: 'string', describe: 'Only this stream', group: 'Selection:' })
      .option('limit', {
        type: 'number',
        default: 5,
        describe: 'How many records of each stream',
        group: 'Selection:',
      })
      .option('variant', {
        type: 'string',
        describe: 'Show the requests in this form of the sink, such as another protocol',
        group: 'Selection:',
      })
      .check(({ limit }) => assertWholeNumber('limit', limit))
      .epilogue(example('$0 preview pipeline.yaml --stream orders --limit 3 --json', 'for programs')),
  act: async (pipeline, { stream, limit, variant, json }, { output, terminal, signal }) => {
    const { requests, notSent } = await pipeline.preview({ limit, stream, variant, signal });
    for (const { stream: of, key, reason } of notSent) output.note(`not sent: ${of} ${key}: ${reason}\n`);
    for (const assumption of new Set(requests.flatMap((each) => each.assumption ?? []))) output.note(`${assumption}\n`);
    const shown = requests.map(({ target, headers, body }) => ({ target, headers, body }));
    // Exactly what would be sent; the sink masks its credentials itself.
    if (json) terminal.out(`${JSON.stringify(shown, null, 2)}\n`);
    else for (const request of shown) terminal.out(requestText(request));
    if (requests.length === 0) output.note('sluice: no records to show\n');
    return EXIT.done;
  },
});

function requestText({ target, headers, body }: Pick<RequestDescription, 'target' | 'headers' | 'body'>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `${target}\n${lines.join('')}\n${JSON.stringify(body, null, 2)}\n\n`;
}
