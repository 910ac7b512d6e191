import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'chai';
import { markdownIn, PAGES } from './blocks.js';
import { ROOT } from './sluice-command.js';

const ALL_PAGES = [
  ...PAGES,
  'CHANGELOG.md',
  'examples/README.md',
  'bench/README.md',
  'bench/delivery/README.md',
  ...markdownIn('docs/decisions'),
];

/** The page without its fenced blocks, in which brackets are code. */
function proseOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^ *```[^]*?^ *```$/gmu, '');
}

/** The anchors that GitHub gives to a page's headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...proseOf(path).matchAll(/^#+ (.+)$/gmu)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links of a page to missing files or headings. */
function deadLinksOf(page: string): readonly string[] {
  const path = join(ROOT, page);
  const links = [...proseOf(path).matchAll(/\]\(([^)\s]+)\)/gu)].map(([, link = '']) => link);
  return links.filter((link) => {
    if (/^https?:/u.test(link)) return false;
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : resolve(dirname(path), file);
    return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
  });
}

describe('the links in the documentation', () => {
  for (const page of ALL_PAGES) {
    it(`lead to existing files and headings: ${page}`, () => {
      expect(deadLinksOf(page)).to.deep.equal([]);
    });
  }
});
