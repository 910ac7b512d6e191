import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeText } from '@sluice/core/document';

const fromDisk = (path: string): string => decodeText(readFileSync(path));

/** Whether a file is a pipeline file, which names its pipeline, rather than a mapping. */
export function isPipelineFile(file: string, readFile = fromDisk): boolean {
  return hasKey(/^\uFEFF?["']?pipeline["']?\s*:/mu, file, readFile);
}

/** Whether a file is a schema file, which describes the streams of a source. */
export function isSchemaFile(file: string, readFile = fromDisk): boolean {
  return hasKey(/^\uFEFF?["']?streams["']?\s*:/mu, file, readFile);
}

function hasKey(key: RegExp, file: string, readFile: (path: string) => string): boolean {
  try {
    return key.test(readFile(resolve(file)));
  } catch {
    // Loading it as a mapping reports that it cannot be read.
    return false;
  }
}
