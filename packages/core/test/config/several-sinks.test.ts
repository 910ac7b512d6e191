import { expect } from 'chai';
import { z } from 'zod';
import { loadPipelineFile } from '#src/config/load-pipeline-file.js';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from '#src/contracts/definition.js';
import { readDocument } from '#src/document/read-document.js';
import { SecretRedactor } from '#src/logging/secret-redactor.js';
import { createRegistry } from '#src/registry/registry.js';

const never = () => {
  throw new Error('nothing is created by loading');
};
const base = { apiVersion: 1, doc: '', create: never } as const;
const source: SourceDefinition = { ...base, kind: 'source', type: 'records', streams: [], config: z.strictObject({}) };
const state: StateStoreDefinition = { ...base, kind: 'state', type: 'file', config: z.strictObject({}) };
const sinks = ['lines', 'http'].map((type): SinkDefinition => ({
  ...base,
  kind: 'sink',
  type,
  eventSchema: 'any',
  repeats: () => ({ effect: 'replace' }),
  config: z.strictObject({ host: z.string().default('localhost') }),
}));

function load(text: string) {
  const whole = `sluice: 1\npipeline: p\nsource: { use: records }\n${text}`;
  const mapped: string[] = [];
  const { problems, branches = [] } = loadPipelineFile(
    readDocument('/pipelines/p.yaml', () => whole),
    {
      environment: { HOST: 'example.com' },
      sources: createRegistry([source]),
      sinks: createRegistry(sinks),
      stateStores: createRegistry([state]),
      schedulers: createRegistry([]),
      mappingLanguage: {
        load: ({ file }, { sinkType, params }) => {
          mapped.push(`${file.split('/').at(-1)} for ${sinkType} with ${JSON.stringify(params)}`);
          return { problems: [], mapper: { streams: [], events: [], hash: file } };
        },
      },
      readFile: () => '',
      redactor: new SecretRedactor(),
    },
  );
  return { branches, mapped, problems: problems.map(({ line, message, help }) => `${line}: ${message} → ${help}`) };
}

describe('a pipeline file with several sinks', () => {
  it('is a branch for each, with what the sink has of its own and what the file says for all', () => {
    const { branches, mapped, problems } = load(`sinks:
  posthog: { use: http, with: { host: '\${HOST}' }, delivery: { maxEvents: 5, maxEventsPerSecond: unlimited } }
  archive: { use: lines, mapping: own.yaml, params: { b: 2 } }
mapping: m.yaml
params: { a: 1 }
delivery: { maxEvents: 9, maxEventsPerSecond: 7, giveUpAfter: 1m }
`);
    expect(problems).to.deep.equal([]);
    expect(branches.map(({ name, branch }) => [name, branch])).to.deep.equal([
      ['p.posthog', { pipeline: 'p', sink: 'posthog' }],
      ['p.archive', { pipeline: 'p', sink: 'archive' }],
    ]);
    expect(branches.map(({ delivery }) => delivery)).to.deep.equal([
      { maxEvents: 5, maxDeadLetterShare: 0.05, giveUpAfterMs: 60_000 },
      { maxEvents: 9, maxDeadLetterShare: 0.05, giveUpAfterMs: 60_000, maxEventsPerSecond: 7 },
    ]);
    expect(branches[0]?.sink.config).to.deep.equal({ host: 'example.com' });
    expect(mapped).to.deep.equal(['m.yaml for http with {"a":1}', 'own.yaml for lines with {"b":2}']);
    expect(branches[0]?.source).to.equal(branches[1]?.source);
  });

  it('is one pipeline without a branch when it has one sink', () => {
    const [only, ...others] = load('sink: { use: lines }\nmapping: m.yaml\n').branches;
    expect([only?.name, only?.branch, others]).to.deep.equal(['p', undefined, []]);
  });

  const refused: Readonly<Record<string, string>> = {
    'sink: { use: lines }\nsinks: { a: { use: lines } }\nmapping: m.yaml\n':
      '5: `sink` and `sinks` are both set → move the one under `sinks`, with a name, and remove `sink`',
    'mapping: m.yaml\n': '1: missing option `sink` → add the key',
    'sinks: {}\nmapping: m.yaml\n': '4: `sinks` has no sink → write a name with `use:` for each',
    'sinks:\nmapping: m.yaml\n': '4: missing option `sinks` → add the key',
    'sinks: { a: { use: lines, mapping: m.yaml }, b: { use: lines } }\n': '1: missing option `mapping` → add the key',
    'sinks: { A b: { use: lines } }\nmapping: m.yaml\n':
      '4: `sinks.A b`: expected lower-case letters, digits and hyphens →',
    'sinks: { a: { use: linse } }\nmapping: m.yaml\n': '4: unknown sink `linse` → did you mean `lines`?',
    'sinks: { a: { use: lines, with: { hots: x } } }\nmapping: m.yaml\n':
      '4: unknown option `sinks.a.with.hots` → did you mean `host`?',
    'sinks: { a: { use: lines, settle: 5m } }\nmapping: m.yaml\n': '4: unknown option `sinks.a.settle` → known: ',
    'sinks: [{ use: lines }]\nmapping: m.yaml\n': '4: `sinks`: must be names and values →',
  };
  for (const [text, expected] of Object.entries(refused)) {
    it(`is refused with ${JSON.stringify(text)}`, () => {
      const { problems, branches } = load(text);
      expect(branches).to.deep.equal([]);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.include(expected);
    });
  }
});
