import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url));
const STATIC_IMPORT = /^(?:import|export)(?: [^;"']*? from)? ?"(?<module>[^"]+)";/gmu;
/** The adapters of the shipped pipeline, which are imported by their names. */
const ADAPTERS = ['langfuse-postgres-source', 'posthog-sink', 'file-state'];

const textOf = (file: string) => readFileSync(file, 'utf8');

/** The bundle that `@sluice/core/sink` names. */
function bundleOf(specifier: string): string {
  const [, name = '', ...path] = specifier.split('/');
  const { exports }: { readonly exports: Readonly<Record<string, { readonly default: string }>> } = JSON.parse(
    textOf(join(PACKAGES, name, 'package.json')),
  );
  return join(PACKAGES, name, exports[['.', ...path].join('/')]?.default ?? '');
}

/** What modules load before they run, with all that this loads: our files, and the names of other modules. */
function loadedBy(files: readonly string[]): { readonly files: readonly string[]; readonly others: readonly string[] } {
  const [found, others] = [new Set(files), new Set<string>()];
  for (const file of found) {
    for (const { groups } of textOf(file).matchAll(STATIC_IMPORT)) {
      const module = groups?.['module'] ?? '';
      if (module.startsWith('.')) found.add(join(dirname(file), module));
      else if (module.startsWith('@sluice/')) found.add(bundleOf(module));
      else if (!isBuiltin(module)) others.add(module);
    }
  }
  return { files: [...found], others: [...others] };
}

describe('the bundles that `sluice run` loads', () => {
  const main = join(PACKAGES, 'cli/bundle/main.js');
  const [, run = ''] = /import\("\.\/(run-\w+\.js)"\)/u.exec(textOf(main)) ?? [];
  const loaded = loadedBy([
    main,
    join(dirname(main), run),
    ...ADAPTERS.map((name) => join(PACKAGES, name, 'bundle/index.js')),
  ]);

  it('hold every library that a run waits for', () => {
    expect(loaded.files).to.have.length.above(50);
    expect(loaded.others).to.deep.equal([]);
  });

  it('leave drivers and the HTTP client to the first connection, and the tables of Unicode to the first such text', () => {
    const early = loaded.files.filter((file) => /\bnode_modules\/(?:knex|pg|got)\//u.test(textOf(file)));
    expect(early).to.deep.equal([]);
    const withTables = loaded.files.filter((file) => /^(?:var|const) \w+ = new Intl\./mu.test(textOf(file)));
    expect(withTables).to.deep.equal([]);
  });

  it('are in ASCII, in which V8 needs one byte for a character', () => {
    const others = loaded.files.filter((file) => /[^\0-\x7f]/u.test(textOf(file)));
    expect(others).to.deep.equal([]);
  });

  it('hold one language of zod and one dialect of knex', () => {
    const libraries = ['core', 'postgres'].flatMap((name) => {
      const folder = join(PACKAGES, name, 'bundle');
      const texts = readdirSync(folder).map((file) => (file.endsWith('.js') ? textOf(join(folder, file)) : ''));
      return texts.flatMap((text) => text.match(/\b(?:zod\/v4\/locales|knex\/lib\/dialects)\/\w+/gu) ?? []);
    });
    const parts = new Set(libraries);
    expect([...parts].toSorted()).to.deep.equal([
      'knex/lib/dialects/index',
      'knex/lib/dialects/postgres',
      'zod/v4/locales/en',
      'zod/v4/locales/index',
    ]);
  });
});
