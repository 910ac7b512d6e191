import { resolve } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { isPipelineFile } from '@sluice/sluice';

/** The path of a mapping, for commands that take nothing else. */
export function mappingFile(file: string): string {
  if (!isPipelineFile(file)) return resolve(file);
  throw new ConfigError([], `${file} is a pipeline file; pass the mapping that it uses`);
}
