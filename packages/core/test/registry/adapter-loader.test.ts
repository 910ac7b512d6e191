import { expect } from 'chai';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SinkDefinition } from '#src/contracts/definition.js';
import { AdapterLoader } from '#src/registry/adapter-loader.js';
import type { Registry } from '#src/registry/registry.js';
import { aSinkDefinition } from './a-sink-definition.js';

const ZOD = pathToFileURL(createRequire(import.meta.url).resolve('zod')).href;

/** A module that exports a definition, as a third-party package would. */
function moduleText(overrides = '', exported = 'export const definition ='): string {
  return `import zod from '${ZOD}';
${exported} {
  kind: 'sink', apiVersion: 1, type: 'acme', doc: 'Acme.', eventSchema: 'any',
  config: zod.strictObject({}), repeats: () => ({ effect: 'add' }), create() { throw new Error(); }, ${overrides}
};`;
}

describe('adapters that are installed next to a pipeline file', () => {
  const workingDirectory = process.cwd();
  let directory: string;

  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-registry-')));
  });

  afterEach(() => {
    process.chdir(workingDirectory);
    rmSync(directory, { recursive: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }

  function writePackage(name: string, text: string, exports: unknown = './main.js', below = ''): void {
    write(join(below, 'node_modules', name, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
    write(join(below, 'node_modules', name, 'main.js'), text);
  }

  async function sinks(use: string, known: readonly SinkDefinition[] = []): Promise<Registry<SinkDefinition>> {
    return new AdapterLoader(known, []).check([join(directory, 'configs')], ({ sinks: registry }) => {
      registry.find(use);
      return registry;
    });
  }

  it('are loaded from a package under the name that the file uses, in addition to the known ones', async () => {
    writePackage('@acme/sluice-acme', moduleText());
    const registry = await sinks('@acme/sluice-acme', [aSinkDefinition()]);
    expect(registry.types).to.deep.equal(['@acme/sluice-acme', 'lines']);
    expect(registry.find('@acme/sluice-acme')).to.deep.include({ type: '@acme/sluice-acme', doc: 'Acme.' });
  });

  it('are loaded from a package whose name begins with sluice-', async () => {
    writePackage('sluice-acme', moduleText('', 'export default'));
    expect((await sinks('sluice-acme')).types).to.deep.equal(['sluice-acme']);
  });

  it('are loaded from a package that can only be imported', async () => {
    writePackage('@acme/a', moduleText(), { '.': { types: './main.d.ts', import: { default: './main.js' } } });
    writePackage('@acme/b', moduleText(), { import: './main.js' });
    expect((await sinks('@acme/a')).types).to.deep.equal(['@acme/a']);
    expect((await sinks('@acme/b')).types).to.deep.equal(['@acme/b']);
  });

  it('are loaded from the working directory when they are not installed next to the file', async () => {
    writePackage('@acme/a', moduleText(), './main.js', 'work');
    writePackage('@acme/b', moduleText(), { import: './main.js' }, 'work');
    process.chdir(join(directory, 'work'));
    expect((await sinks('@acme/a')).types).to.deep.equal(['@acme/a']);
    expect((await sinks('@acme/b')).types).to.deep.equal(['@acme/b']);
  });

  it('are loaded from a file, relative to the pipeline file', async () => {
    write('configs/acme.mjs', moduleText());
    write('common.mjs', moduleText());
    expect((await sinks('./acme.mjs')).types).to.deep.equal(['./acme.mjs']);
    expect((await sinks('../common.mjs')).types).to.deep.equal(['../common.mjs']);
  });

  it('are loaded from the folder of a package that is built', async () => {
    const exports = { '.': { types: './dist/main.d.ts', default: './dist/main.js' } };
    write('own/package.json', JSON.stringify({ name: 'sluice-own', type: 'module', exports }));
    write('own/dist/main.js', moduleText());
    expect((await sinks('../own')).types).to.deep.equal(['../own']);
    expect((await sinks('../none')).failure('../none')).to.include("Cannot find module '../none'");
  });

  it('are not looked for under the name of a built-in type', async () => {
    writePackage('acme', moduleText());
    const registry = await sinks('acme');
    expect([registry.types, registry.failure('acme')]).to.deep.equal([[], undefined]);
  });

  it('have the reason remembered when they are missing', async () => {
    const registry = await sinks('@acme/none', [aSinkDefinition()]);
    expect(registry.types).to.deep.equal(['lines']);
    expect(registry.failure('@acme/none')).to.include('cannot load the package `@acme/none`').and.not.include('\n');
  });

  it('are refused when they have another kind, are not a definition, or throw while loading', async () => {
    write('configs/source.mjs', moduleText("kind: 'source',"));
    write('configs/half.mjs', moduleText('create: undefined,'));
    write('configs/nothing.mjs', 'export const x = 1;');
    write('configs/broken.mjs', 'throw new Error("no licence");');
    for (const use of ['./source.mjs', './half.mjs', './nothing.mjs']) {
      const registry = await sinks(use);
      expect(registry.failure(use), use).to.include('does not export the definition of a sink');
      expect(registry.types).to.deep.equal([]);
    }
    expect((await sinks('./broken.mjs')).failure('./broken.mjs')).to.include('no licence');
  });

  it('are refused when a part of the definition is missing or of another kind', async () => {
    write('configs/answer.mjs', moduleText("repeats: { effect: 'add' },"));
    write('configs/schemaless.mjs', moduleText('eventSchema: undefined,'));
    expect((await sinks('./answer.mjs')).failure('./answer.mjs')).to.include('`repeats` must be a function');
    expect((await sinks('./schemaless.mjs')).failure('./schemaless.mjs')).to.include('`eventSchema` must be a schema');
  });

  it('are refused when they were written for another version of the contracts', async () => {
    write('configs/newer.mjs', moduleText('apiVersion: 2,'));
    expect((await sinks('./newer.mjs')).failure('./newer.mjs')).to.include(
      'version 2 of the contracts; this is version 1',
    );
  });
});

describe('adapters that ship', () => {
  const loads: string[] = [];
  const refer = (type: string, module: object = { shipped: aSinkDefinition({ type }) }) => ({
    kind: 'sink' as const,
    type,
    load: async () => {
      loads.push(type);
      return module;
    },
  });

  beforeEach(() => loads.splice(0));

  it('are known by name, and loaded once when a check asks for them', async () => {
    const loader = new AdapterLoader([], [refer('lines'), refer('columns')]);
    const types = await loader.check([], ({ sinks }) => sinks.types);
    expect([types, loads]).to.deep.equal([['columns', 'lines'], []]);
    const find = () => loader.check([], ({ sinks }) => sinks.find('lines')?.doc);
    expect([await find(), await find(), loads]).to.deep.equal(['Lines.', 'Lines.', ['lines']]);
    expect((await loader.all()).sinks.map(({ type }) => type)).to.deep.equal(['lines', 'columns']);
  });

  it('are loaded although the check throws without them', async () => {
    const loader = new AdapterLoader([], [refer('lines')]);
    const check = ({ sinks }: { readonly sinks: Registry<SinkDefinition> }) => {
      const found = sinks.find('lines');
      if (found === undefined) throw new Error('nothing to write to');
      return found.type;
    };
    expect(await loader.check([], check)).to.equal('lines');
    const thrown = await new AdapterLoader([], []).check([], check).catch((error: unknown) => error);
    expect(thrown).to.have.property('message', 'nothing to write to');
  });

  it('are refused when a name is taken', () => {
    for (const definitions of [[], [aSinkDefinition()]]) {
      expect(() => new AdapterLoader(definitions, [refer('lines'), refer('lines')])).to.throw(
        'duplicate definition of the sink `lines`',
      );
    }
    expect(() => new AdapterLoader([aSinkDefinition()], [{ ...refer('lines'), kind: 'source' }])).to.not.throw();
  });

  it('can be any export, unless a module has several', async () => {
    const several = { a: aSinkDefinition(), b: aSinkDefinition() };
    const loader = new AdapterLoader(
      [],
      [refer('several', several), refer('named', { ...several, definition: several.b })],
    );
    const found = await loader.check([], ({ sinks }) => [
      sinks.find('several')?.type,
      sinks.failure('several'),
      sinks.find('named')?.type,
    ]);
    expect(found).to.deep.equal([
      undefined,
      'the package `several` exports several definitions of a sink; export one of them as `definition`',
      'named',
    ]);
  });
});
