import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from '../document/error-code.js';

const manifest = z.looseObject({ exports: z.unknown() });
const conditions = z.record(z.string(), z.unknown());

/**
 * The entry file of a package or a path, as installed in one of the folders or in the working directory. Throws what
 * `require.resolve` throws when it does not exist.
 */
export function locatePackage(name: string, from: readonly string[]): string {
  const directories = [...from, process.cwd()];
  const { resolve: find } = createRequire(join(directories[0] ?? '', 'x.js'));
  try {
    return find(name, { paths: directories });
  } catch (error) {
    // `require` cannot see a package that can only be imported, nor what the exports of a folder are.
    const isFolder = name.startsWith('.');
    if (!isFolder && errorCode(error) !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    const installed = (each: string) => createRequire(join(each, 'x.js')).resolve.paths(name) ?? [];
    const folders = isFolder ? directories : directories.flatMap(installed);
    for (const folder of folders) {
      const entry = importEntry(join(folder, name));
      if (entry !== undefined) return entry;
    }
    throw error;
  }
}

function importEntry(directory: string): string | undefined {
  try {
    const { exports } = manifest.parse(JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')));
    const ofRoot = conditions.safeParse(exports).data?.['.'] ?? exports;
    const entry = importCondition(ofRoot);
    return entry === undefined ? undefined : join(directory, entry);
  } catch {
    return undefined;
  }
}

function importCondition(entry: unknown): string | undefined {
  if (typeof entry === 'string') return entry;
  const { data } = conditions.safeParse(entry);
  return data === undefined ? undefined : importCondition(data['import'] ?? data['node'] ?? data['default']);
}
