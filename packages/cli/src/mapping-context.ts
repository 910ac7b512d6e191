import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { locatePackageFile, type MappingContext } from '@sluice/core/config';
import type { Services } from './services.js';

const readFile = (path: string) => readFileSync(path, 'utf8');

/** What a mapping by itself is checked against: every source and sink that ships. */
export function mappingContext({ sources, sinks }: Services): MappingContext {
  return {
    streamsOf: (type) => sources.find((each) => each.type === type)?.streams,
    eventSchemaOf: (type) => sinks.find((each) => each.type === type)?.eventSchema,
    knownSources: sources.map(({ type }) => type),
    knownSinks: sinks.map(({ type }) => type),
    readFile,
    locatePackageFile,
  };
}

/** A pipeline file names its pipeline; every other file is a mapping. */
export function isPipelineFile(file: string): boolean {
  try {
    return /^\uFEFF?["']?pipeline["']?\s*:/mu.test(readFile(resolve(file)));
  } catch {
    // The mapping language says so, at the file.
    return false;
  }
}

/** The path of a mapping, for commands that take nothing else. */
export function requireMappingFile(file: string): string {
  if (!isPipelineFile(file)) return resolve(file);
  throw new ConfigError([], `${file} is a pipeline file: name the mapping that it uses`);
}
