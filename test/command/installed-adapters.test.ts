import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { sharedCommand } from './shared-command.js';
import type { Finished } from './warm-command.js';

const ZOD = fileURLToPath(new URL('../../../node_modules/zod', import.meta.url));

/** A sink package that needs a moment of every event, with a mapping and a pipeline file that ship with it. */
const SINK = `import { z } from 'zod';
const beside = (name) => new URL(name, import.meta.url).pathname;
export const definition = {
  kind: 'sink', apiVersion: 1, type: 'acme', doc: 'Acme.', config: z.strictObject({ url: z.string() }),
  eventSchema: {
    fields: {
      moment: { kind: 'value', type: 'timestamp', required: true, doc: 'When it happened.' },
      properties: { kind: 'map', nulls: 'kept', known: {}, doc: 'Properties.' },
    },
    identity: [{ field: 'uuid' }],
  },
  setup: [{ option: 'url', label: 'Address', help: 'an address', example: 'https://acme.example.com', variable: 'ACME_URL' }],
  repeats: () => ({ effect: 'add' }),
  create() { throw new Error('nothing is sent here'); },
};
export const presets = [{
  source: 'langfuse-postgres', sink: 'acme', pipeline: beside('pipeline.yaml'),
  mapping: { specifier: '@acme/sluice-acme/mapping.yaml', path: beside('mapping.yaml') }, setup: [], example: 'events: []',
  demos: [{
    chosenBy: [{ option: 'edition', describe: 'Which', value: 'one' }],
    load() { throw new Error('the demo of Acme would start here'); },
  }],
}];
`;

const mapping = (sink: string) => `sluice: 1
mapping: traces
source: langfuse-postgres
sink: '${sink}'
events:
  - event: a trace
    from: trace
    uuid: uuid5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', id)
    moment: timestamp
    properties: { name: name }
tests:
  - name: has the name of the trace
    from: trace
    given: { id: a, timestamp: 2026-01-01T00:00:00Z, name: chat }
    expect: [{ event: a trace, properties: { name: chat } }]
`;

const PIPELINE = `sluice: 1
pipeline: traces
source: { use: langfuse-postgres, with: { url: '\${LANGFUSE_DATABASE_URL}' } }
sink: { use: '@acme/sluice-acme', with: { url: '\${ACME_URL}' } }
mapping: mapping.yaml
start: beginning
`;

describe('a sink that is installed beside the files', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-installed-'));
  const environment = {
    PATH: process.env['PATH'] ?? '',
    NO_COLOR: '1',
    ACME_URL: 'https://acme.example.com',
    LANGFUSE_DATABASE_URL: 'postgres://reader:pw@db.example.com/langfuse',
  };

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const sluice = (...args: readonly string[]): Promise<Finished> =>
    sharedCommand.run({ args, cwd: folder, environment });

  before(() => {
    const installed = 'node_modules/@acme/sluice-acme';
    write(
      `${installed}/package.json`,
      JSON.stringify({ name: '@acme/sluice-acme', type: 'module', exports: './index.js' }),
    );
    write(`${installed}/index.js`, SINK);
    write(`${installed}/mapping.yaml`, mapping('@acme/sluice-acme'));
    write(`${installed}/pipeline.yaml`, PIPELINE);
    symlinkSync(ZOD, join(folder, 'node_modules/zod'));
    write('sink.mjs', SINK);
    write('mappings/package.yaml', mapping('@acme/sluice-acme'));
    write('mappings/file.yaml', mapping('./sink.mjs'));
    write('mappings/missing.yaml', mapping('@acme/sluice-none'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is known to lint, test, docs and diff by the header of a mapping, as a package and as a file', async () => {
    for (const args of [
      ['lint', 'mappings/package.yaml', 'mappings/file.yaml'],
      ['test', 'mappings/package.yaml', 'mappings/file.yaml'],
      ['docs', 'mappings/package.yaml'],
      ['diff', 'mappings/package.yaml', 'mappings/file.yaml'],
    ]) {
      const { code, out, err } = await sluice(...args);
      expect(code, args.join(' ') + out + err).to.equal(0);
      if (args[0] === 'docs') expect(out).to.contain('When it happened.');
    }
  });

  it('is known to schema, and has its preset and its questions used by init', async () => {
    const schema = await sluice('schema', 'mapping', '--sink', '@acme/sluice-acme');
    expect(schema.out).to.contain('"moment"');
    const started = await sluice(
      'init',
      'new',
      '--yes',
      '--no-check',
      '--sink',
      '@acme/sluice-acme',
      '--name',
      'traces',
    );
    expect(started.code, started.err).to.equal(0);
    expect(readFileSync(join(folder, 'new/mappings/traces.yaml'), 'utf8')).to.contain(
      'extends: "@acme/sluice-acme/mapping.yaml"',
    );
    expect(readFileSync(join(folder, 'new/traces.yaml'), 'utf8')).to.match(/url: .?\$\{ACME_URL\}/u);
    const { code, out } = await sluice('lint', 'new/traces.yaml');
    expect(code, out).to.equal(0);
  });

  it('has its demo run', async () => {
    const { out, err } = await sluice('demo', '--package', '@acme/sluice-acme');
    expect(out + err).to.contain('the demo of Acme would start here');
    expect((await sluice('demo', '--package', '@acme/none')).err).to.contain('cannot load the package `@acme/none`');
  });

  it('is one of several sinks of a pipeline, as a package and as a file, each checked against its own events', async () => {
    const several = (url: string) => `sluice: 1
pipeline: several
source: { use: langfuse-postgres, with: { url: '\${LANGFUSE_DATABASE_URL}' } }
sinks:
  ours: { use: ./sink.mjs, with: { ${url}: '\${ACME_URL}' }, mapping: mappings/file.yaml }
  acme: { use: '@acme/sluice-acme', with: { url: '\${ACME_URL}' }, mapping: mappings/package.yaml }
`;
    write('several.yaml', several('url'));
    const good = await sluice('lint', 'several.yaml');
    expect(good.code, good.out).to.equal(0);
    write('several.yaml', several('address'));
    const bad = await sluice('lint', 'several.yaml');
    expect(bad.code).to.equal(2);
    expect(bad.out)
      .to.match(/several\.yaml:5:/u)
      .and.include('address');
  });

  it('is a problem where it is named when it cannot be loaded', async () => {
    const { code, out } = await sluice('lint', 'mappings/missing.yaml');
    expect(code).to.equal(2);
    expect(out).to.match(/missing\.yaml:4:7: error \[unknown-sink\] cannot load the package `@acme\/sluice-none`/u);
    const unknown = await sluice('schema', '--sink', '@acme/sluice-none');
    expect(unknown.err).to.contain('cannot load the package `@acme/sluice-none`');
  });
});
