import { closeSync, fchmodSync, openSync, writeFileSync } from 'node:fs';

/** Writes variables to a file that its owner alone can read, from its first byte on. */
export function writeSecretFile(path: string, variables: Readonly<Record<string, string>>): void {
  const file = openSync(path, 'w', 0o600);
  try {
    // A file that was there keeps its mode when it is opened.
    fchmodSync(file, 0o600);
    writeFileSync(
      file,
      Object.entries(variables)
        .map(([name, value]) => `${name}=${quoted(value)}\n`)
        .join(''),
    );
  } finally {
    closeSync(file);
  }
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
