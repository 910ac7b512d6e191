import { example } from '../options/example.js';
import { assertWholeNumber } from '../options/whole-number.js';
import { commandLine, nextStep } from '../output/next-step.js';
import { notSentText } from '../output/not-sent-text.js';
import { moreText, recordAsJson, recordHeading, recordText } from '../output/record-text.js';
import { requestText } from '../output/request-text.js';
import { EXIT } from '../process/exit-code.js';
import { pipelineCommand } from './pipeline-command.js';

export const previewCommand = pipelineCommand({
  options: (argv) =>
    argv
      .option('stream', { type: 'string', describe: 'Only this stream', group: 'Selection:' })
      .option('limit', {
        type: 'number',
        default: 5,
        describe: 'How many events of each stream, newest first; with --key, how many related records',
        group: 'Selection:',
      })
      .option('key', {
        type: 'string',
        describe: 'Show what happens to this record and its related records: its key, or the address of its page',
        group: 'Selection:',
      })
      .option('record', {
        type: 'boolean',
        default: false,
        describe: 'Show each record beside its event',
        group: 'Output:',
      })
      .option('variant', {
        type: 'string',
        describe: 'Show the requests in this form of the sink, such as another protocol',
        group: 'Selection:',
      })
      .check(({ limit }) => assertWholeNumber('limit', limit))
      .epilogue(example('$0 preview pipeline.yaml --key 42', 'what happens to this record, and why'))
      .epilogue(example('$0 preview pipeline.yaml --stream orders --limit 3 --json', 'for programs')),
  act: async (pipeline, args, { output, signal }) => {
    const { stream, limit, key, variant, json } = args;
    const { requests, notSent, records, more } = await pipeline.preview({ limit, stream, key, variant, signal });
    for (const assumption of new Set(requests.flatMap((each) => each.assumption ?? []))) output.note(`${assumption}\n`);
    if (key !== undefined || args.record) {
      if (json) output.json(records.map(recordAsJson));
      else if (key === undefined) {
        for (const record of records) {
          output.text(recordHeading(record));
          output.lines(`${recordText(record)}\n`);
        }
      } else {
        output.text(records.map(recordHeading).join('\n'));
        for (const record of records) output.lines(recordText(record, records.length > 1));
      }
      if (key === undefined) output.note(notSentText(notSent));
      else output.note(moreText(more, limit));
      const letter = records.flatMap(({ fate }) => (fate?.kind === 'dead-letter' ? [fate.letter] : []))[0];
      if (letter) output.note(nextStep(commandLine(['dead-letters', 'show', args.config, letter.id], args)));
    } else {
      output.note(notSentText(notSent));
      const shown = requests.map(({ target, headers, body }) => ({ target, headers, body }));
      if (json) output.exactJson(shown);
      else output.exact(shown.map((request) => `${requestText(request)}\n`).join(''));
    }
    if (records.length === 0) output.note('sluice: no records to show\n');
    else if (key === undefined && !json) output.note(nextStep(commandLine(['run', args.config], args)));
    return EXIT.done;
  },
});
