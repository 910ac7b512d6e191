import { pathToFileURL } from 'node:url';
import type {
  SchedulerDefinition,
  SinkDefinition,
  SourceDefinition,
  StateStoreDefinition,
} from '../contracts/definition.js';
import { ConfigError } from '../contracts/errors.js';
import type { Preset } from '../contracts/preset.js';
import { adapterIn, type AdapterModule } from './adapter-module.js';
import { locatePackage } from './locate-package.js';
import { createRegistry, KIND_NAMES, type AnyDefinition, type Registries, type Registry } from './registry.js';

type Kind = AnyDefinition['kind'];

/** An adapter that is known by its name and imported when something asks for it. */
export interface AdapterReference {
  readonly kind: Kind;
  readonly type: string;
  /** Imports the module that exports the definition. */
  load(): Promise<unknown>;
}

/** An adapter that was asked for: what its module exports, or why that cannot be used. */
type Found = AdapterModule | { readonly failure: string };

/** All adapters that are known by name. */
export interface AllAdapters {
  readonly sources: readonly SourceDefinition[];
  readonly sinks: readonly SinkDefinition[];
  readonly stateStores: readonly StateStoreDefinition[];
  readonly schedulers: readonly SchedulerDefinition[];
}

type FoundByType = Map<Kind, Map<string, Found>>;

/** How a file names a package (`@acme/sluice-foo`, `sluice-foo`) or another file (`./foo.js`). */
const INSTALLED = /^(?:@|\.|sluice-)/u;

const isSource = (each: AnyDefinition): each is SourceDefinition => each.kind === 'source';
const isSink = (each: AnyDefinition): each is SinkDefinition => each.kind === 'sink';
const isStateStore = (each: AnyDefinition): each is StateStoreDefinition => each.kind === 'state';
const isScheduler = (each: AnyDefinition): each is SchedulerDefinition => each.kind === 'scheduler';

/**
 * The adapters that files can use: those that are known by name, and those that are installed beside a file. A module is
 * imported only when a check asks for its adapter.
 */
export class AdapterLoader {
  readonly #given: Registries;
  readonly #references: readonly AdapterReference[];
  readonly #imported = new Map<AdapterReference, Promise<Found>>();

  /** Throws `ConfigError` for two adapters of one type, and for a definition for another version of the contracts. */
  constructor(definitions: readonly AnyDefinition[], references: readonly AdapterReference[]) {
    this.#given = {
      sources: createRegistry(definitions.filter(isSource)),
      sinks: createRegistry(definitions.filter(isSink)),
      stateStores: createRegistry(definitions.filter(isStateStore)),
      schedulers: createRegistry(definitions.filter(isScheduler)),
    };
    this.#references = references;
    for (const [index, { kind, type }] of references.entries()) {
      const isTwice = references.slice(0, index).some((each) => each.kind === kind && each.type === type);
      if (!isTwice && this.#givenOf(kind).find(type) === undefined) continue;
      throw new ConfigError([], `duplicate definition of the ${KIND_NAMES[kind]} \`${type}\``);
    }
  }

  /**
   * The result of a check, which is repeated until every adapter that it asks the registries for is imported. It must be
   * pure. Packages and files are looked for from the first of the folders on, then in the working directory; one that
   * cannot be loaded is a `failure` of its registry.
   */
  async check<Result>(folders: readonly string[], check: (registries: Registries) => Result): Promise<Result> {
    const found: FoundByType = new Map();
    for (;;) {
      const asked: { readonly kind: Kind; readonly type: string }[] = [];
      const attempt = attempted(() => check(this.#registries(found, (kind, type) => asked.push({ kind, type }))));
      if (asked.length === 0) return attempt();
      for (const { kind, type } of asked) {
        const ofKind = found.get(kind) ?? new Map<string, Found>();
        found.set(kind, ofKind.set(type, await this.#find(kind, type, folders)));
      }
    }
  }

  /** Every adapter that is known by name, those that ship first. Imports all of them. */
  all(): Promise<AllAdapters> {
    const ofKind = <Definition>(kind: Kind, registry: Registry<Definition>): readonly Definition[] => {
      const shipped = this.#references.flatMap((each) => (each.kind === kind ? [each.type] : []));
      return [...new Set([...shipped, ...registry.types])].flatMap((type) => registry.find(type) ?? []);
    };
    return this.check([], ({ sources, sinks, stateStores, schedulers }) => ({
      sources: ofKind('source', sources),
      sinks: ofKind('sink', sinks),
      stateStores: ofKind('state', stateStores),
      schedulers: ofKind('scheduler', schedulers),
    }));
  }

  /** The presets that a package or file ships with its adapter; none when it cannot be loaded. */
  async presetsOf(kind: Kind, type: string, folders: readonly string[]): Promise<readonly Preset[]> {
    if (!INSTALLED.test(type)) return [];
    const found = await this.#find(kind, type, folders);
    return 'failure' in found ? [] : found.presets;
  }

  #registries(found: FoundByType, ask: (kind: Kind, type: string) => void): Registries {
    const of = <Definition extends AnyDefinition>(
      kind: Definition['kind'],
      given: Registry<Definition>,
      isOfKind: (each: AnyDefinition) => each is Definition,
    ): Registry<Definition> => {
      const ofKind = found.get(kind) ?? new Map<string, Found>();
      const installed = [...ofKind].flatMap(([type, each]) => ('failure' in each ? [] : [type]));
      const referred = this.#references.flatMap((each) => (each.kind === kind ? [each.type] : []));
      const isAwaited = (type: string): boolean =>
        given.find(type) === undefined &&
        !ofKind.has(type) &&
        (INSTALLED.test(type) || this.#referenceTo(kind, type) !== undefined);
      return {
        isAwaited,
        types: [...new Set([...given.types, ...referred, ...installed])].toSorted(),
        find: (type) => {
          const known = given.find(type);
          if (known !== undefined) return known;
          const each = ofKind.get(type);
          if (each !== undefined)
            return 'definition' in each && isOfKind(each.definition) ? each.definition : undefined;
          if (isAwaited(type)) ask(kind, type);
          return undefined;
        },
        failure: (type) => {
          const each = ofKind.get(type);
          return each !== undefined && 'failure' in each ? each.failure : undefined;
        },
      };
    };
    return {
      sources: of('source', this.#given.sources, isSource),
      sinks: of('sink', this.#given.sinks, isSink),
      stateStores: of('state', this.#given.stateStores, isStateStore),
      schedulers: of('scheduler', this.#given.schedulers, isScheduler),
    };
  }

  #find(kind: Kind, type: string, folders: readonly string[]): Promise<Found> {
    const reference = this.#referenceTo(kind, type);
    if (reference === undefined) return importAdapter(kind, type, () => importFile(locatePackage(type, folders)));
    const imported = this.#imported.get(reference) ?? importAdapter(kind, type, () => reference.load());
    this.#imported.set(reference, imported);
    return imported;
  }

  #referenceTo(kind: Kind, type: string): AdapterReference | undefined {
    return this.#references.find((each) => each.kind === kind && each.type === type);
  }

  #givenOf(kind: Kind): Registry<AnyDefinition> {
    const { sources, sinks, stateStores, schedulers } = this.#given;
    return { source: sources, sink: sinks, state: stateStores, scheduler: schedulers }[kind];
  }
}

/** The result of a function, or what it throws, to be had later. */
function attempted<Result>(work: () => Result): () => Result {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function importFile(path: string): Promise<unknown> {
  return import(pathToFileURL(path).href);
}

async function importAdapter(kind: Kind, type: string, load: () => Promise<unknown>): Promise<Found> {
  let module: unknown;
  try {
    module = await load();
  } catch (error) {
    return { failure: `cannot load the package \`${type}\`: ${firstLine(error)}` };
  }
  try {
    return adapterIn(module, kind, type);
  } catch (error) {
    return { failure: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message.split('\n')[0] : undefined) ?? String(error);
}
