import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../version.js';
import type { AdapterKind, AdapterNames } from './adapter-names.js';

/** Beside `dist` and `bundle`. */
const TEMPLATES = ['../../templates/', '../templates/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** The files of a package for a new adapter: its path in the package, and its text. */
export function adapterFiles(kind: AdapterKind, names: AdapterNames): readonly { path: string; text: string }[] {
  return ['shared', kind].flatMap((folder) =>
    filesIn(folder).map(({ path, text }) => ({
      path: renamed(path, names),
      text: renamed(path === 'package.json' ? manifestText(text, kind) : text, names),
    })),
  );
}

/** A leading `_` keeps tools from taking a template's settings for their own. */
function filesIn(name: string): readonly { path: string; text: string }[] {
  const folder = join(templates(), name);
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const file = join(entry.parentPath, entry.name);
    return [{ path: withoutMark(relative(folder, file)), text: readFileSync(file, 'utf8') }];
  });
}

/** npm leaves a `.gitignore` out of packages, and a second `package.json` would be one. */
function withoutMark(path: string): string {
  return path.replace(/^_(?<name>package\.json|tsconfig\.json)$/u, '$<name>').replace(/^_/u, '.');
}

function manifestText(text: string, kind: AdapterKind): string {
  const ofKind = kind === 'sink' ? text : text.replaceAll('-sink', '-source').replace(PURPOSE.sink, PURPOSE.source);
  return ofKind.replaceAll(/("@sluice\/[\w-]+"): "[^"]*"/gu, `$1: "${version}"`);
}

const PURPOSE = {
  sink: 'A sink for Sluice: delivers events to Example.',
  source: 'A source for Sluice: reads the records of Example.',
};

function renamed(text: string, { packageName, kebab, camel, title }: AdapterNames): string {
  return text
    .replaceAll(/sluice-example-(?:sink|source)/gu, packageName)
    .replaceAll(/example(?=Sink|Source)/gu, camel)
    .replaceAll(/example(?=-sink|-source)/gu, kebab)
    .replaceAll('Example', title);
}

function templates(): string {
  const found = TEMPLATES.find((folder) => {
    try {
      return readdirSync(folder).includes('shared');
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error('the templates of this installation are missing');
  return found;
}
