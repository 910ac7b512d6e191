import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where `configs/` is: beside the packages in the repository, in this package where it is installed. */
const FOLDERS = ['../../../configs/', '../configs/'].map((path) => new URL(path, import.meta.url));

/** The path of a file of `configs/`. */
export function shippedFile(name: string): string {
  const found = FOLDERS.map((folder) => fileURLToPath(new URL(name, folder))).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} does not ship with this installation`);
  return found;
}
