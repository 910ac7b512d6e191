import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Document } from '../contracts/document.js';
import { nearest } from '../document/tree.js';
import { locatePackage } from './locate-package.js';
import { createRegistry, KIND_NAMES, type AnyDefinition, type Registries, type Registry } from './registry.js';

/**
 * Imports the packages (`@acme/sluice-foo`, `sluice-foo`) and files (`./foo.js`) that a pipeline file uses, as they are
 * installed next to the file or in the working directory. The registry remembers why one could not be loaded;
 * `loadPipelineFile` reports it at its place.
 */
export async function loadInstalledAdapters(document: Document, registries: Registries): Promise<Registries> {
  const { path: file } = document.file;
  const used = (...path: string[]): unknown => {
    const use = document.root && nearest({ tree: document.root }, [...path, 'use']);
    return use?.found === true && use.tree.kind === 'scalar' ? use.tree.value : undefined;
  };
  const several = document.root && nearest({ tree: document.root }, ['sinks']);
  const names =
    several?.found === true && several.tree.kind === 'map' ? several.tree.entries.map(({ key }) => key) : [];
  let sinks = await withInstalledAdapter(registries.sinks, 'sink', used('sink'), file);
  for (const name of names) sinks = await withInstalledAdapter(sinks, 'sink', used('sinks', name), file);
  return {
    sources: await withInstalledAdapter(registries.sources, 'source', used('source'), file),
    sinks,
    stateStores: await withInstalledAdapter(registries.stateStores, 'state', used('state'), file),
  };
}

const moduleShape = z.looseObject({ definition: z.unknown().optional(), default: z.unknown().optional() });
/** Enough to recognise a definition; `createRegistry` checks the rest. */
const definitionShape = z.looseObject({
  kind: z.string(),
  apiVersion: z.number(),
  config: z.custom((value) => value instanceof z.core.$ZodType),
  create: z.custom((value) => typeof value === 'function'),
});

function isDefinition<Definition extends AnyDefinition>(value: unknown, kind: Definition['kind']): value is Definition {
  return definitionShape.safeParse(value).data?.kind === kind;
}

/** The registry with an installed adapter added, if the type names a package or a file. */
export async function withInstalledAdapter<Definition extends AnyDefinition>(
  registry: Registry<Definition>,
  kind: Definition['kind'],
  type: unknown,
  file: string,
): Promise<Registry<Definition>> {
  if (typeof type !== 'string' || !/^(?:@|\.|sluice-)/u.test(type) || registry.find(type)) return registry;
  const failed = (reason: string): Registry<Definition> => ({
    ...registry,
    failure: (each) => (each === type ? reason : registry.failure(each)),
  });
  try {
    const module: unknown = await import(pathToFileURL(locatePackage(type, file)).href);
    const exported = moduleShape.parse(module);
    const definition = exported.definition ?? exported.default;
    if (!isDefinition<Definition>(definition, kind)) {
      return failed(`the package \`${type}\` does not export the definition of a ${KIND_NAMES[kind]}`);
    }
    return {
      ...createRegistry([...registry.types.flatMap((each) => registry.find(each) ?? []), { ...definition, type }]),
      failure: (each) => registry.failure(each),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return failed(`cannot load the package \`${type}\`: ${reason}`);
  }
}
