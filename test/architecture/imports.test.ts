import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url));

/** What the adapters that ship with Sluice are called. */
const ADAPTERS = [
  'file-state',
  'jsonl-sink',
  'jsonl-source',
  'langfuse-clickhouse-source',
  'langfuse-postgres-source',
  'mixpanel-sink',
  'object-storage-sink',
  'pg-boss-scheduler',
  'postgres-sink',
  'postgres-source',
  'postgres-state',
  'posthog-sink',
  'segment-sink',
  'webhook-sink',
];

/** Which packages of Sluice a package, or a folder of it, may import; one that is not named may import core alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'embedded-clickhouse': [],
  'embedded-postgres': [],
  'langfuse-history': [],
  'langfuse-clickhouse-source': ['core', 'langfuse-records', 'postgres', 'tab-separated'],
  'langfuse-postgres-source': ['core', 'langfuse-records', 'postgres', 'tab-separated'],
  'mixpanel-sink': ['core', 'adapter-kit'],
  'object-storage-sink': ['core', 'adapter-kit'],
  'pg-boss-scheduler': ['core', 'postgres'],
  'postgres-sink': ['core', 'postgres'],
  'postgres-source': ['core', 'postgres', 'tab-separated'],
  'postgres-state': ['core', 'postgres'],
  'posthog-sink': ['core', 'adapter-kit'],
  'segment-sink': ['core', 'adapter-kit'],
  'webhook-sink': ['core', 'adapter-kit'],
  'langfuse-posthog/src/demo': [
    'core',
    'embedded-clickhouse',
    'embedded-postgres',
    'langfuse-history',
    'posthog-simulator',
  ],
  sluice: ['core', 'langfuse-posthog', 'metrics', 'yaml-mapper', ...ADAPTERS],
  cli: ['core', 'sluice', 'yaml-mapper'],
};

/** The rooms of the engine from the ground up. A room may import those on lower floors, types included. */
const ENGINE_FLOORS = [
  ['pipeline.ts', 'system-runtime.ts'],
  ['retry', 'shared-read'],
  ['delivery'],
  ['run'],
  ['backfill', 'dead-letters', 'inspection', 'state-operations', 'verify'],
  ['read-back'],
];

/** What the engine may import of the rest of core. */
const BELOW_ENGINE = ['config', 'contracts', 'state', 'text'];

/** Where inversify may appear. */
const CONTAINER = join('sluice', 'src', 'container.ts');

/** Third-party packages that core must not import: it knows no vendor, no SQL and no HTTP. */
const NOT_IN_CORE = ['pg', 'knex', 'got', 'yargs', 'cli-progress'];

/** `import … from 'x'`, `export … from 'x'` and `import 'x'` at the start of a line, and `import('x')`. */
const IMPORT = /^(?:import|export)\s(?:[\w*{}\s,$]*?\sfrom\s)?'([^'\n]+)';|\bimport\('([^']+)'\)/gmu;

interface Import {
  readonly from: string;
  readonly file: string;
  readonly module: string;
}

describe('imports', () => {
  const imports = readdirSync(PACKAGES).flatMap((name) => importsOf(name));

  it('finds the imports of every package', () => {
    expect(new Set(imports.map(({ from }) => from))).to.include.all.keys(...readdirSync(PACKAGES));
  });

  it('follows the arrows between the packages', () => {
    const wrong = imports.filter(({ from, file, module }) => {
      const other = /^@sluice\/([^/]+)/.exec(module)?.[1];
      if (other === undefined || other === from) return false;
      const folder = Object.keys(MAY_IMPORT).find((each) => file.startsWith(join(each, sep)) && each.includes('/'));
      const allowed = MAY_IMPORT[folder ?? from] ?? ['core'];
      return !allowed.includes(other);
    });
    expect(wrong).to.deep.equal([]);
  });

  it('goes only downstairs between the rooms of the engine', () => {
    const wrong = imports.filter(({ file, module }) => {
      const [room, other] = [roomOf(file), roomOf(targetOf(file, module))];
      if (room === undefined || other === undefined || room === other) return false;
      return floorOf(room) <= floorOf(other);
    });
    expect(wrong).to.deep.equal([]);
  });

  it('lets the engine see only contracts, state rules, configuration and text, and nothing below see the engine', () => {
    const wrong = imports.filter(({ file, module }) => {
      const [folder, other] = [coreFolderOf(file), coreFolderOf(targetOf(file, module))];
      if (other === undefined || folder === other) return false;
      if (folder === 'engine') return !BELOW_ENGINE.includes(other);
      return other === 'engine' && BELOW_ENGINE.includes(folder ?? '');
    });
    expect(wrong).to.deep.equal([]);
  });

  it('keeps inversify in the container', () => {
    const wiring = imports.filter(({ module }) => /^(inversify|reflect-metadata)$/.test(module));
    expect(new Set(wiring.map(({ file }) => file))).to.deep.equal(new Set([CONTAINER]));
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

/** The file that a relative import names; the module as it is otherwise. */
function targetOf(file: string, module: string): string {
  return module.startsWith('.') ? join(dirname(file), module) : module;
}

/** The first folder below `core/src`, or the file that lies there. */
function coreFolderOf(path: string): string | undefined {
  const [first, second, folder] = path.split(sep);
  return first === 'core' && second === 'src' ? folder : undefined;
}

/** The first folder below `core/src/engine`, or the file that lies there. */
function roomOf(path: string): string | undefined {
  return coreFolderOf(path) === 'engine' ? path.split(sep)[3]?.replace(/\.js$/, '.ts') : undefined;
}

function floorOf(room: string): number {
  const floor = ENGINE_FLOORS.findIndex((rooms) => rooms.includes(room));
  if (floor === -1) throw new Error(`the engine's room ${room} is on no floor`);
  return floor;
}

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
