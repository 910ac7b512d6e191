import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url));

/** Which packages of Sluice each package may import; one that is not named here may import core alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'langfuse-history': [],
  cli: [
    'core',
    'metrics',
    'yaml-mapper',
    'langfuse-postgres-source',
    'posthog-sink',
    'jsonl-sink',
    'postgres-state',
    'file-state',
    'embedded-postgres',
    'langfuse-history',
    'posthog-simulator',
    'testkit',
  ],
};

/** Where inversify may appear in a package. */
const WIRING_FILES = ['module.ts', 'tokens.ts', 'container.ts'];

/** Third-peer packages that core stays free of: it knows no vendor, no SQL and no HTTP. */
const NOT_IN_CORE = ['pg', 'knex', 'got', 'yargs', 'cli-progress'];

/** `import … from 'x'`, `export … from 'x'` and `import 'x'` at the start of a line, and `import('x')`. */
const IMPORT = /^(?:import|export)\s(?:[\w*{}\s,$]*?\sfrom\s)?'([^'\n]+)';|\bimport\('([^']+)'\)/gmu;

interface Import {
  readonly from: string;
  readonly file: string;
  readonly module: string;
}

describe('who may import whom', () => {
  const imports = readdirSync(PACKAGES).flatMap((name) => importsOf(name));

  it('finds the imports of every package', () => {
    expect(new Set(imports.map(({ from }) => from))).to.include.all.keys(...readdirSync(PACKAGES));
  });

  it('lets adapters import core alone, and only the command line import adapters', () => {
    const wrong = imports.filter(({ from, module }) => {
      const other = /^@sluice\/([^/]+)/.exec(module)?.[1];
      return other !== undefined && other !== from && !(MAY_IMPORT[from] ?? ['core']).includes(other);
    });
    expect(wrong).to.deep.equal([]);
  });

  it('keeps inversify in tokens, modules and the container', () => {
    const wrong = imports.filter(
      ({ file, module }) =>
        /^(inversify|reflect-metadata)$/.test(module) && !WIRING_FILES.includes(file.split(sep).at(-1) ?? ''),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('keeps vendors, SQL and HTTP out of core', () => {
    const wrong = imports.filter(
      ({ from, module }) => from === 'core' && (NOT_IN_CORE.includes(module) || /^node:(https?|net|tls)$/.test(module)),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('keeps the contracts free of everything but each other', () => {
    const contracts = imports.filter(({ file }) => file.startsWith(join('core', 'src', 'contracts')));
    const wrong = contracts.filter(({ module }) => !module.startsWith('./') && module !== 'zod');
    expect(wrong).to.deep.equal([]);
  });
});

function importsOf(name: string): readonly Import[] {
  const folder = join(PACKAGES, name, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((each) => {
    const path = join(folder, each);
    const text = readFileSync(path, 'utf8');
    const found = text.matchAll(IMPORT);
    return [...found].map((match) => ({
      from: name,
      file: relative(PACKAGES, path),
      module: match[1] ?? match[2] ?? '',
    }));
  });
}
