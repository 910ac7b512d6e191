import { closeSync, existsSync, fchmodSync, openSync, readFileSync, writeFileSync } from 'node:fs';

/** Adds variables to a file that its owner alone can read, from its first byte on. The last of a name counts. */
export function addSecrets(path: string, variables: Readonly<Record<string, string>>): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const file = openSync(path, 'a', 0o600);
  try {
    // A file that was there keeps its mode when it is opened.
    fchmodSync(file, 0o600);
    const added = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}\n`);
    writeFileSync(file, (before === '' || before.endsWith('\n') ? '' : '\n') + added.join(''));
  } finally {
    closeSync(file);
  }
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
