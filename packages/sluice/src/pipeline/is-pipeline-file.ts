import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeText } from '@sluice/core/document';

/** Whether a file is a pipeline file, which names its pipeline, rather than a mapping. */
export function isPipelineFile(
  file: string,
  readFile = (path: string): string => decodeText(readFileSync(path)),
): boolean {
  try {
    return /^\uFEFF?["']?pipeline["']?\s*:/mu.test(readFile(resolve(file)));
  } catch {
    // Loading it as a mapping reports that it cannot be read.
    return false;
  }
}
