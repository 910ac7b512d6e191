import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sluice-command.js';

/** Every page for users. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...markdownIn('docs'),
  ...readdirSync(join(ROOT, 'packages')).flatMap((name) => markdownIn(join('packages', name))),
];

export interface Block {
  readonly page: string;
  /** Its first line. */
  readonly line: number;
  readonly text: string;
}

/** The fenced blocks of a page in one language, without the indentation of a surrounding list. */
export function blocksOf(page: string, language: string): readonly Block[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([^]*?)\\n *\`\`\``, 'gmu'))].map((match) => ({
    page,
    line: text.slice(0, match.index).split('\n').length + 1,
    text: `${(match[2] ?? '').replaceAll(new RegExp(`^${match[1] ?? ''}`, 'gmu'), '')}\n`,
  }));
}

export function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map(({ name }) => join(folder, name));
}
