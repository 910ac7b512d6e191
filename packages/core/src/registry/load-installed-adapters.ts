import { pathToFileURL } from 'node:url';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from '../contracts/definition.js';
import { locatePackage } from './locate-package.js';
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
    sources: await withInstalledAdapter(registries.sources, 'source', used.source, file),
    sinks: await withInstalledAdapter(registries.sinks, 'sink', used.sink, file),
    stateStores: await withInstalledAdapter(registries.stateStores, 'state', used.state, file),
  };
}

type Kind = AnyDefinition['kind'];

const moduleShape = z.looseObject({ definition: z.unknown().optional(), default: z.unknown().optional() });
/** What tells a definition from anything else; `createRegistry` looks at the rest. */
const definitionShape = z.looseObject({
  kind: z.string(),
  apiVersion: z.number(),
  config: z.custom((value) => value instanceof z.core.$ZodType),
  create: z.custom((value) => typeof value === 'function'),
});

function isDefinition<Definition extends AnyDefinition>(value: unknown, kind: Definition['kind']): value is Definition {
  return definitionShape.safeParse(value).data?.kind === kind;
}

function usedTypes(file: string, readFile: (path: string) => string): Readonly<Record<Kind, unknown>> {
  try {
    const document = parseDocument(readFile(file), { logLevel: 'silent' });
    const use = (kind: Kind) => document.getIn([kind, 'use']);
    return { source: use('source'), sink: use('sink'), state: use('state') };
  } catch {
    return { source: undefined, sink: undefined, state: undefined };
  }
}

/** A registry with one adapter more, if the type names a package or a file; see `loadInstalledAdapters`. */
export async function withInstalledAdapter<Definition extends AnyDefinition>(
  registry: Registry<Definition>,
  kind: Definition['kind'],
  type: unknown,
  file: string,
): Promise<Registry<Definition>> {
  if (typeof type !== 'string' || !/^(?:@|\.|sluice-)/u.test(type) || registry.find(type)) return registry;
  const known = registry.types.flatMap((each) => registry.find(each) ?? []);
  try {
    const module: unknown = await import(pathToFileURL(locatePackage(type, file)).href);
    const exported = moduleShape.parse(module);
    const definition = exported.definition ?? exported.default;
    if (!isDefinition<Definition>(definition, kind)) {
      return createRegistry(known, new Map([[type, `the package "${type}" exports no definition of a ${kind}`]]));
    }
    return createRegistry([...known, { ...definition, type }]);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return createRegistry(known, new Map([[type, `the package "${type}" cannot be loaded: ${reason}`]]));
  }
}
