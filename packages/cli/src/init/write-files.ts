import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** Writes the files and says which ones are new and which ones were changed. Throws `ConfigError` where it may not write. */
export function writeFiles(files: readonly NewFile[]): string {
  const existing = new Set(files.flatMap(({ path }) => (existsSync(path) ? [path] : [])));
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      throw new ConfigError([], `cannot write ${path}: ${error.message}; choose a folder that this user may write to`);
    }
  }
  const line = (label: string, isListed: (path: string) => boolean) => {
    const listed = files.flatMap(({ path }) => (isListed(path) ? [relative(process.cwd(), path)] : []));
    return listed.length === 0 ? '' : `${label}: ${listed.join(', ')}\n`;
  };
  return line('Written', (path) => !existing.has(path)) + line('Changed', (path) => existing.has(path));
}
