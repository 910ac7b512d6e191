import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '@sluice/core';
import type { NewFile } from './pipeline-files.js';

/** Throws `ConfigError` naming every file that is there already. */
export function assertNew(paths: readonly string[]): void {
  const present = paths.filter((path) => existsSync(path));
  if (present.length === 0) return;
  throw new ConfigError([], `there already: ${present.join(', ')}. Nothing was written; --force writes over them`);
}

export function writeNewFiles(files: readonly NewFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
