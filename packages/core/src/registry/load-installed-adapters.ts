import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from '../contracts/definition.js';
import { createRegistry, type AnyDefinition, type Registry } from './registry.js';

export interface Registries {
  readonly sources: Registry<SourceDefinition>;
  readonly sinks: Registry<SinkDefinition>;
  readonly stateStores: Registry<StateStoreDefinition>;
}

/**
 * Imports the packages (`@acme/sluice-foo`, `sluice-foo`) and files (`./foo.js`) that a pipeline file uses, as they are
 * installed beside the file or in the working directory. One that cannot be loaded is remembered as a failure, which
 * `loadPipelineFile` reports at its place.
 */
export async function loadInstalledAdapters(
  file: string,
  registries: Registries,
  { readFile }: { readonly readFile: (path: string) => string },
): Promise<Registries> {
  const used = usedTypes(file, readFile);
  return {
    sources: await extend(registries.sources, 'source', used.source, file),
    sinks: await extend(registries.sinks, 'sink', used.sink, file),
    stateStores: await extend(registries.stateStores, 'state', used.state, file),
  };
}

type Kind = AnyDefinition['kind'];

function usedTypes(file: string, readFile: (path: string) => string): Readonly<Record<Kind, unknown>> {
  try {
    const document = parseDocument(readFile(file), { logLevel: 'silent' });
    const use = (kind: Kind) => document.getIn([kind, 'use']);
    return { source: use('source'), sink: use('sink'), state: use('state') };
  } catch {
    return { source: undefined, sink: undefined, state: undefined };
  }
}

async function extend<Definition extends AnyDefinition>(
  registry: Registry<Definition>,
  kind: Definition['kind'],
  type: unknown,
  file: string,
): Promise<Registry<Definition>> {
  if (typeof type !== 'string' || !/^(?:@|\.|sluice-)/u.test(type) || registry.find(type)) return registry;
  const known = registry.types.flatMap((each) => registry.find(each) ?? []);
  try {
    const module = (await import(pathToFileURL(locate(type, file)).href)) as Record<string, unknown>;
    const definition = (module['definition'] ?? module['default']) as Definition | undefined;
    if (definition?.kind !== kind) {
      return createRegistry(known, new Map([[type, `the package "${type}" exports no definition of a ${kind}`]]));
    }
    return createRegistry([...known, { ...definition, type }]);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return createRegistry(known, new Map([[type, `the package "${type}" cannot be loaded: ${reason}`]]));
  }
}

function locate(name: string, file: string): string {
  const beside = createRequire(resolve(file));
  try {
    return createRequire(resolve(file)).resolve(name, { paths: [dirname(resolve(file)), process.cwd()] });
  } catch (error) {
    // A package that can only be imported hides from `require`.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    for (const directory of beside.resolve.paths(name) ?? []) {
      const entry = importEntry(join(directory, name));
      if (entry !== undefined) return entry;
    }
    throw error;
  }
}

function importEntry(directory: string): string | undefined {
  try {
    const { exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { exports?: unknown };
    let entry = typeof exports === 'object' && exports !== null && '.' in exports ? exports['.'] : exports;
    while (typeof entry === 'object' && entry !== null) {
      const conditions = entry as Record<string, unknown>;
      entry = conditions['import'] ?? conditions['node'] ?? conditions['default'];
    }
    return typeof entry === 'string' ? join(directory, entry) : undefined;
  } catch {
    return undefined;
  }
}
