import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { check } from 'prettier';
import { adapterFiles } from '#src/new/adapter-files.js';
import { ADAPTER_KINDS, adapterNames } from '#src/new/adapter-names.js';

const ROOT = new URL('../../../../', import.meta.url);
const ours = (path: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8')) as {
    readonly version: string;
    readonly devDependencies: Readonly<Record<string, string>>;
  };

describe('the names of a new adapter', () => {
  for (const [name, packageName, camel, title] of [
    ['acme', 'sluice-acme-sink', 'acme', 'Acme'],
    ['big-data', 'sluice-big-data-sink', 'bigData', 'Big Data'],
    ['@acme/sluice-big-data', '@acme/sluice-big-data', 'bigData', 'Big Data'],
    ['sluice-acme-sink', 'sluice-acme-sink', 'acme', 'Acme'],
    ['@acme/orders', '@acme/orders', 'orders', 'Orders'],
  ] as const) {
    it(`are made of ${name}`, () => {
      expect(adapterNames(name, 'sink')).to.include({ packageName, camel, title });
    });
  }

  for (const name of ['Acme', '3d', '', 'a b', '../x', '@acme', '@/x', 'sluice-', 'sink', 'a--b', '-a', 'é']) {
    it(`cannot be made of ${JSON.stringify(name)}`, () => {
      expect(() => adapterNames(name, 'sink')).to.throw(/^invalid name .*: expected lower-case letters/u);
    });
  }
});

describe('the files of a new adapter', () => {
  for (const kind of ADAPTER_KINDS) {
    for (const name of ['ab', '@a-company/sluice-with-a-rather-long-name']) {
      it(`are formatted and speak of nothing else: ${kind} ${name}`, async () => {
        const files = adapterFiles(kind, adapterNames(name, kind));
        expect(files.map(({ path }) => path)).to.include.members([
          '.gitignore',
          'LICENSE',
          'README.md',
          'package.json',
          'src/index.ts',
          'tsconfig.json',
        ]);
        const settings = { singleQuote: true, printWidth: 120 };
        for (const { path, text } of files) {
          expect(text, path).not.to.match(/Example|example(?!\.com|:)/u);
          if (/\.(?:ts|md|json)$/u.test(path)) {
            expect(await check(text, { ...settings, filepath: path }), `${path}\n${text}`).to.equal(true);
          }
        }
      });
    }
  }

  for (const kind of ADAPTER_KINDS) {
    it(`make no name that they import or declare otherwise: ${kind}`, () => {
      const texts = adapterFiles(kind, adapterNames('acme', kind)).map(({ text }) => text);
      const imported = texts.flatMap((text) =>
        [...text.matchAll(/^import \{(?<names>.*)\} from '@/gmu)].flatMap(
          ({ groups }) => groups?.['names']?.match(/\w+/gu) ?? [],
        ),
      );
      const declared = texts.flatMap((text) => text.match(/(?<=^function )\w+/gmu) ?? []);
      const stems = [...imported, ...declared].flatMap(
        (name) => /^(?<stem>[a-z]+)(?:Sink|Source)$/u.exec(name)?.groups?.['stem'] ?? [],
      );
      expect(stems).to.have.lengthOf.at.least(3);
      for (const stem of stems) {
        for (const name of [stem, `${stem}-${kind}`, `${stem}${kind}`]) {
          expect(adapterNames(name, kind), name).to.include({
            kebab: stem,
            camel: `own${adapterNames(name, kind).title}`,
          });
        }
      }
    });
  }

  for (const kind of ADAPTER_KINDS) {
    it(`say in their README which options they have: ${kind}`, () => {
      const names = adapterNames('acme', kind);
      const files = new Map(adapterFiles(kind, names).map(({ path, text }) => [path, text]));
      const code = files.get(`src/acme-${kind}.ts`) ?? '';
      const shared = ['connectTimeout', 'requestTimeout', ...(code.includes('...httpOptions') ? ['gzip'] : [])];
      const own = [...code.matchAll(/^ {2}(\w+): (?:z\.|secretText)/gmu)].map(([, option]) => option);
      const table = [...(files.get('README.md') ?? '').matchAll(/^\| (`[^|]*`) +\|/gmu)].map(([, cell = '']) => cell);
      expect(table.flatMap((cell) => cell.match(/\w+/gu) ?? [])).to.have.members([...own, ...shared]);
    });
  }

  it('depend on exact versions: those of this repository', () => {
    const text =
      adapterFiles('sink', adapterNames('acme', 'sink')).find(({ path }) => path === 'package.json')?.text ?? '';
    const { dependencies, devDependencies } = JSON.parse(text) as Readonly<
      Record<string, Readonly<Record<string, string>>>
    >;
    const { version } = ours('packages/core/package.json');
    for (const [name, wanted] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(wanted, name).to.equal(name.startsWith('@sluice/') ? version : ours('package.json').devDependencies[name]);
    }
  });
});
