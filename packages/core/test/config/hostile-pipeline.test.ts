import { expect } from 'chai';
import fc from 'fast-check';
import { loadPipelineFile } from '#src/config/load-pipeline-file.js';
import { readDocument } from '#src/document/read-document.js';
import { SecretRedactor } from '#src/logging/secret-redactor.js';
import { createRegistry } from '#src/registry/registry.js';

const GOOD = `sluice: 1
pipeline: p
source: { use: records, with: { url: "\${URL}" } }
sink:
  use: lines
mapping: { sluice: 1, events: [] }
params: &p { a: 1 }
schedule: { cron: '30 * * * *', timeZone: UTC }
settle: 30m
delivery: { maxEvents: 10, maxBytes: 4MiB }
`;

function expectEnd(text: string): void {
  const readFile = (path: string) => (path === '/pipelines/p.yaml' ? text : expect.fail(`no file ${path}`));
  const { problems, pipeline } = loadPipelineFile(readDocument('/pipelines/p.yaml', readFile), {
    environment: { URL: 'u' },
    sources: createRegistry([]),
    sinks: createRegistry([]),
    stateStores: createRegistry([]),
    schedulers: createRegistry([]),
    mappingLanguage: { load: () => ({ problems: [] }) },
    readFile,
    redactor: new SecretRedactor(),
  });
  expect(pipeline).to.equal(undefined);
  for (const { line, column, endLine } of problems) {
    expect(line).to.be.at.least(1);
    expect(column).to.be.at.least(1);
    expect(endLine).to.be.at.least(line);
  }
}

describe('loading any text as a pipeline file ends with problems', function () {
  this.timeout(60_000);
  // Mocha keeps whole stacks, and this test makes thousands of errors that are thousands of calls deep.
  const { stackTraceLimit } = Error;
  before(() => {
    Error.stackTraceLimit = 10;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  const pieces = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '\n',
      ': ',
      '[',
      '{',
      '*p',
      '&p ',
      '!x ',
      '\t',
      '- ',
      "'",
      '"',
      '#',
      '|',
      '${',
      '$$',
      '---\n',
      '? ',
    ),
  );

  it('for any text', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 50 }), (list) => expectEnd(list.join(''))),
      { numRuns: 300 },
    );
  });

  it('for a valid file with parts replaced', () => {
    const edit = fc.record({ at: fc.nat(GOOD.length), length: fc.nat(15), piece: pieces });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = GOOD;
        for (const { at, length, piece } of edits) text = text.slice(0, at) + piece + text.slice(at + length);
        expectEnd(text);
      }),
      { numRuns: 300 },
    );
  });

  it('for aliases that multiply, and for deep nesting', () => {
    const levels = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]`).join('\n');
    expectEnd(`a0: &a0 [1]\n${levels}\n`);
    for (const piece of ['[', '{a: ', '- ', '? ', '&a ', '*a ']) expectEnd(piece.repeat(1_000));
  });
});
