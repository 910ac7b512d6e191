import { expect } from 'chai';
import { z } from 'zod';
import { loadPipelineFile } from '#src/config/load-pipeline-file.js';
import { secretText } from '#src/config/secret.js';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from '#src/contracts/definition.js';
import { readDocument } from '#src/document/read-document.js';
import { SecretRedactor } from '#src/logging/secret-redactor.js';
import { createRegistry } from '#src/registry/registry.js';

const never = () => {
  throw new Error('nothing is created by loading');
};
const base = { apiVersion: 1, doc: '', create: never } as const;
const source: SourceDefinition = {
  ...base,
  kind: 'source',
  type: 'records',
  streams: [],
  config: z.strictObject({ project: z.string().default('all'), limit: z.int().default(0) }),
};
const state: StateStoreDefinition = { ...base, kind: 'state', type: 'file', config: z.strictObject({}) };
const sink: SinkDefinition = {
  ...base,
  kind: 'sink',
  type: 'lines',
  eventSchema: 'any',
  repeats: () => ({ effect: 'replace' }),
  config: z.strictObject({ key: secretText().optional() }),
};

function load(text: string, files: Readonly<Record<string, string>> = {}) {
  const whole = `sluice: 1\npipeline: p\nmapping: m.yaml\n${text}`;
  const redactor = new SecretRedactor();
  const readFile = (path: string): string => {
    const found = { '/pipelines/p.yaml': whole, ...files }[path];
    if (found === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
    return found;
  };
  const { problems, branches } = loadPipelineFile(readDocument('/pipelines/p.yaml', readFile), {
    environment: { ACME_KEY: 'a secret of acme', REGION: 'eu' },
    sources: createRegistry([source]),
    sinks: createRegistry([sink]),
    stateStores: createRegistry([state]),
    schedulers: createRegistry([]),
    mappingLanguage: { load: () => ({ problems: [], mapper: { streams: [], events: [], hash: 'm' } }) },
    readFile,
    redactor,
  });
  return { branches, redactor, problems: problems.map(({ line, message, help }) => `${line}: ${message} → ${help}`) };
}

const REST = 'source: { use: records, with: { project: "${each.project}" } }\nsink: { use: lines }\n';

describe('a pipeline file with foreach', () => {
  it('warns of a secret that is written in an entry, or as a default', () => {
    const { problems } = load(
      `foreach: { acme: { key: '\${ACME_KEY}' }, globex: { key: hunter2-globex }, initech: {} }
source: { use: records }
sink:
  use: lines
  with: { key: '\${each.key:-hunter2-default}' }
`,
    );
    expect(problems).to.deep.equal([
      '4: a secret is written in this file (in globex) → use an environment variable, ${NAME}, or a separate file, ${file:PATH}',
      '8: a secret is written in this file (in initech) → use an environment variable, ${NAME}, or a separate file, ${file:PATH}',
    ]);
    expect(
      load("source: { use: records }\nsink: { use: lines, with: { key: '${K:-a}${ACME_KEY}' } }\n").problems,
    ).to.eql([]);
  });

  it('refuses the name of an entry within the entry', () => {
    expect(load(`foreach: { acme: { project: 'p-\${each}' } }\n${REST}`).problems).to.deep.equal([
      '4: an entry of `foreach` cannot use `${each}` → write `${each}` where the value is used, or its text here',
    ]);
  });

  it('is a pipeline for each entry, with its values', () => {
    const { branches, problems, redactor } = load(`foreach:
  acme: { project: p1, key: '\${ACME_KEY}', limit: 7 }
  globex: { project: 'globex-\${REGION}', key: '\${REGION}' }
source: { use: records, with: { project: '\${each.project}', limit: '\${each.limit:-3}' } }
sink: { use: lines, with: { key: '\${each.key}' } }
params: { tenant: '\${each}' }
`);
    expect(problems).to.deep.equal([]);
    const shown = branches?.map(({ name, member, branch, params, ...rest }) => [
      name,
      member,
      branch,
      rest.source.config,
      params,
    ]);
    expect(shown).to.deep.equal([
      ['p.acme', 'acme', undefined, { project: 'p1', limit: 7 }, { tenant: 'acme' }],
      ['p.globex', 'globex', undefined, { project: 'globex-eu', limit: 3 }, { tenant: 'globex' }],
    ]);
    expect(redactor.redact('it is a secret of acme')).not.to.contain('a secret of acme');
  });

  it('takes a list of names, and a file', () => {
    expect(load(`foreach: [a, b]\n${REST.replace('.project', '')}`).branches?.map(({ name }) => name)).to.deep.equal([
      'p.a',
      'p.b',
    ]);
    const { branches, problems } = load(`foreach: tenants/all.yaml\n${REST}`, {
      '/pipelines/tenants/all.yaml': 'x: { project: "${file:x.txt}" }\n',
      '/pipelines/tenants/x.txt': 'p9\n',
    });
    expect(problems).to.deep.equal([]);
    expect(branches?.map(({ name, ...rest }) => [name, rest.source.config])).to.deep.equal([
      ['p.x', { project: 'p9', limit: 0 }],
    ]);
  });

  it('has a branch for each entry and sink', () => {
    const sinks = 'sinks:\n  one: { use: lines }\n  two: { use: lines }\n';
    const { branches } = load(`foreach: [a, b]\nsource: { use: records }\n${sinks}`);
    expect(branches?.map(({ name, member, branch }) => [name, member, branch])).to.deep.equal([
      ['p.a.one', 'a', { pipeline: 'p.a', sink: 'one' }],
      ['p.a.two', 'a', { pipeline: 'p.a', sink: 'two' }],
      ['p.b.one', 'b', { pipeline: 'p.b', sink: 'one' }],
      ['p.b.two', 'b', { pipeline: 'p.b', sink: 'two' }],
    ]);
  });

  const mistakes: readonly (readonly [string, string, string])[] = [
    [
      'a value that an entry lacks',
      `foreach: { acme: { project: p1 }, globex: {} }\n${REST}`,
      '5: the entry `globex` of `foreach` has no `project` (in globex) → add `project` to the entry, or give a default: ${each.project:-…}',
    ],
    [
      'a wrong value of one entry',
      `foreach: { acme: { limit: 1 }, globex: { limit: many } }\nsource: { use: records, with: { limit: '\${each.limit}' } }\nsink: { use: lines }\n`,
      '5: `source.with.limit`: must be a number (in globex) → write a value of the kind that the message names',
    ],
    [
      'a mistake in the part for all, once',
      `foreach: [a, b]\nsource: { use: recordz }\nsink: { use: lines }\n`,
      '5: unknown source `recordz` → did you mean `records`?',
    ],
    [
      '`each` without `foreach`',
      REST,
      '4: `${each.project}` needs `foreach`, which the file does not have → write `foreach:` with an entry for each pipeline, or the name of an environment variable',
    ],
    [
      'no entry',
      `foreach: {}\n${REST}`,
      '4: `foreach` has no entry → write a name for each pipeline, with its values: `acme: { project: p1 }`; or a list of names',
    ],
    [
      'a name that cannot be one',
      `foreach: { Acme: { project: p1 } }\n${REST}`,
      '4: the name `Acme` must be lower-case letters, digits and hyphens → write a name for each pipeline, with its values: `acme: { project: p1 }`; or a list of names',
    ],
    [
      'a value that is a list, once',
      `foreach: { acme: { project: [p1] } }\nsource: { use: records }\nsink: { use: lines }\n`,
      '4: `project` must be a text, a number, true or false → write a name for each pipeline, with its values: `acme: { project: p1 }`; or a list of names',
    ],
    [
      'an entry that is no text, once',
      `foreach: [3]\nsource: { use: records }\nsink: { use: lines }\n`,
      '4: an entry of the list is not a text → write a name for each pipeline, with its values: `acme: { project: p1 }`; or a list of names',
    ],
    [
      'a name twice',
      `foreach: [a, a]\n${REST.replace('.project', '')}`,
      '4: the name `a` is written twice → write a name for each pipeline, with its values: `acme: { project: p1 }`; or a list of names',
    ],
    [
      'a file that is not there',
      `foreach: tenants.yaml\n${REST}`,
      '4: there is no file /pipelines/tenants.yaml → correct the path, or install the package',
    ],
  ];
  for (const [title, text, expected] of mistakes) {
    it(`reports ${title}`, () => {
      const { branches, problems } = load(text);
      expect(branches).to.equal(undefined);
      expect(problems.join('\n')).to.equal(expected);
    });
  }
});
