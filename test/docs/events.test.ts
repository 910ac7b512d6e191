import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import { ROOT, sluice } from './sluice-command.js';
import { expectWritten } from './written-page.js';

const MAPPING = 'configs/mappings/langfuse-posthog.yaml';

const USE = `import type { LangfuseGeneration, LangfusePosthogEvent, LangfuseTrace } from './events.js';

export function costOf(event: LangfusePosthogEvent): number | null {
  return event.event === 'langfuse score' ? null : event.properties.langfuse_cost_usd;
}
export const cost = (trace: LangfuseTrace): number => trace.properties.langfuse_cost_usd;
// @ts-expect-error -- a generation's cost can be null
export const wrong = (generation: LangfuseGeneration): number => generation.properties.langfuse_cost_usd;
// @ts-expect-error -- a trace has no model
export const none = (trace: LangfuseTrace) => trace.properties.langfuse_model;
`;

const AWKWARD = `sluice: 1
mapping: 2 odd
source: langfuse-postgres
sink: jsonl
shared: { base: { uuid: "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)" } }
events:
  - { event: 2 fast, from: trace, include: [base], doc: 'Ends a comment */ early.', 'a b': name, properties: { "it's": name } }
  - { event: a b, from: trace, include: [base], c: { const: { d: [1, null, "e"] } }, m: { constructor: tags } }
  - { event: a-b, from: score, include: [base], j: trace.metadata, t: timestamp, n: null, when: value != null }
`;

describe('sluice docs', function () {
  this.timeout(120_000);
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-types-'));
  });
  after(() => rmSync(directory, { recursive: true }));

  function expectCompiles(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', ''];
    const { status, stdout } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, join(directory, 'use.ts')],
      { cwd: directory, encoding: 'utf8' },
    );
    expect(stdout).to.equal('');
    expect(status).to.equal(0);
  }

  it('writes docs/events.md from the shipped mapping', () => {
    const { status, stdout } = sluice(['docs', MAPPING]);
    expect(status).to.equal(0);
    expectWritten('docs/events.md', stdout);
  });

  it('tells programs of every property its type, unit, nullability, meaning, origin and an example', () => {
    const catalogue = JSON.parse(sluice(['docs', MAPPING, '--json']).stdout) as Catalogue;
    const generation = catalogue.events.find(({ event }) => event === 'langfuse generation');
    expect(generation?.fields.find(({ name }) => name === 'langfuse_cost_usd')).to.deep.equal({
      within: 'properties',
      name: 'langfuse_cost_usd',
      type: 'number',
      unit: 'usd',
      nullable: true,
      omitted: false,
      meaning: 'What the generation cost; null when unknown.',
      expression: 'total_cost',
      fields: ['total_cost'],
      personal: [],
      example: 0.0041,
    });
    for (const { event, fields } of catalogue.events) {
      for (const { name, meaning, example } of fields) {
        expect(meaning, `${event}: meaning of ${name}`).to.be.a('string');
        expect(example, `${event}: example of ${name}`).not.to.equal(undefined);
      }
    }
    expect(catalogue.identity.accepts.map(({ fields }) => fields)).to.deep.equal([
      ['trace.user_id', 'timestamp', 'start_time'],
    ]);
    expect(catalogue.personalData.allows[0]?.because).to.match(/^Joining Langfuse with PostHog/u);
  });

  it('prints types that compile and hold programs to them', () => {
    expectCompiles({ 'events.ts': sluice(['docs', MAPPING, '--types']).stdout, 'use.ts': USE });
  });

  it('prints types that compile whatever events and properties are called', () => {
    const path = join(directory, 'odd.yaml');
    writeFileSync(path, AWKWARD);
    const { status, stdout, stderr } = sluice(['docs', path, '--types']);
    expect(status, stderr).to.equal(0);
    expect(stdout).to.contain('export type Event2OddEvent = Event2Fast | AB | AB2;');
    expectCompiles({ 'use.ts': stdout });
  });

  it('refuses a mapping with an error, and a pipeline file', () => {
    expect(sluice(['docs', 'configs/langfuse-to-posthog.yaml'])).to.include({ status: 2, stdout: '' });
    expect(sluice(['docs', 'package.json']).status).to.equal(2);
  });
});
