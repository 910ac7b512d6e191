import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = /^(?<name>(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*)(?:\/(?<path>.+))?$/u;
/** The file that is meant when only a package is named. */
const DEFAULT_FILE = 'mapping.yaml';
const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * A file of an installed package, such as `@acme/mappings/team.yaml`; the package's `mapping.yaml` when only the package
 * is named. Looks next to `from`, in the working directory, and next to this package: a pipeline file in /etc finds what
 * ships with the Sluice that runs it. Undefined when the file does not exist.
 */
export function locatePackageFile(specifier: string, from: string): string | undefined {
  const { name, path = DEFAULT_FILE } = PACKAGE.exec(specifier)?.groups ?? {};
  if (name === undefined) return undefined;
  for (const directory of [dirname(resolve(from)), process.cwd(), HERE]) {
    for (const modules of createRequire(join(directory, 'x.js')).resolve.paths(name) ?? []) {
      const root = join(modules, name);
      const file = join(root, path);
      if (file.startsWith(root + sep) && isFile(file)) return file;
    }
  }
  return undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // It may also be in a folder that this user may not read, such as the home of another user. Node throws for a NUL character.
    return false;
  }
}
