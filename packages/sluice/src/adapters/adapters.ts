import { dirname, resolve } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import type { Preset } from '@sluice/core/preset';
import type { SchedulerDefinition } from '@sluice/core/scheduler';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { StateStoreDefinition } from '@sluice/core/state';
import { AdapterLoader, type AdapterReference, type Registries, type Registry } from '@sluice/core/config';
import { didYouMean } from '@sluice/core/document';

export type AdapterDefinition = SourceDefinition | SinkDefinition | StateStoreDefinition | SchedulerDefinition;

/** The adapters that a person names instead of a file, as options of a command. */
interface Named {
  readonly source?: string | undefined;
  readonly sink?: string | undefined;
}

/** Every adapter that files can use: the shipped ones, those that a program passes, and those installed beside a file. */
export class Adapters {
  /** What ships for pairs of adapters, and what a program passes. */
  readonly presets: readonly Preset[];
  readonly #loader: AdapterLoader;

  /** Throws `ConfigError` for two adapters of one type, and for one that was written for other contracts. */
  constructor(
    builtIn: readonly AdapterReference[],
    definitions: readonly AdapterDefinition[],
    presets: readonly Preset[],
  ) {
    this.#loader = new AdapterLoader(definitions, builtIn);
    this.presets = presets;
  }

  /**
   * The result of a check of a pipeline file, with the adapters that it uses. The check must be pure: it is repeated until
   * they are loaded. One that cannot be loaded is a `failure` of its registry.
   */
  usedBy<Result>(pipelineFile: string, check: (registries: Registries) => Result): Promise<Result> {
    return this.#loader.check([dirname(resolve(pipelineFile))], check);
  }

  /** The same for mappings, which can be in a folder below that of the pipeline file whose `./sink.js` they name. */
  usedByMappings<Result>(files: readonly string[], check: (registries: Registries) => Result): Promise<Result> {
    return this.#loader.check([...new Set(files.flatMap((file) => foldersAbove(resolve(file))))], check);
  }

  /** All that is known by name, for lists and schemas. Loads all of it. */
  all(): ReturnType<AdapterLoader['all']> {
    return this.#loader.all();
  }

  /** The presets that an installed package ships with its source and its sink. Throws `ConfigError` if it has neither. */
  async presetsOf(type: string, folder: string): Promise<readonly Preset[]> {
    const problem = await this.#loader.check([folder], ({ sources, sinks }) => {
      if (sources.find(type) !== undefined || sinks.find(type) !== undefined) return undefined;
      return sinks.failure(type) ?? `unknown package "${type}"`;
    });
    if (problem !== undefined) throw new ConfigError([], problem);
    return this.#presetsOf({ source: type, sink: type }, folder);
  }

  async #presetsOf({ source = '', sink = '' }: Named, folder: string): Promise<readonly Preset[]> {
    const [ofSource, ofSink] = [
      await this.#loader.presetsOf('source', source, [folder]),
      await this.#loader.presetsOf('sink', sink, [folder]),
    ];
    return [...ofSource, ...ofSink];
  }

  /**
   * The adapters that are named, as a pipeline file in the folder would find them, and the presets of their packages.
   * Throws `ConfigError` for one that is unknown or cannot be loaded.
   */
  async named({ source, sink }: Named, folder: string): Promise<NamedAdapters> {
    const found = await this.#loader.check([folder], ({ sources, sinks }) => ({
      source: definitionOf('source', sources, source),
      sink: definitionOf('sink', sinks, sink),
    }));
    return { ...found, presets: await this.#presetsOf({ source, sink }, folder) };
  }
}

interface NamedAdapters {
  readonly source: SourceDefinition | undefined;
  readonly sink: SinkDefinition | undefined;
  readonly presets: readonly Preset[];
}

function definitionOf<Definition>(
  kind: 'source' | 'sink',
  registry: Registry<Definition>,
  type: string | undefined,
): Definition | undefined {
  if (type === undefined) return undefined;
  const definition = registry.find(type);
  if (definition !== undefined) return definition;
  const problem = registry.failure(type) ?? `unknown ${kind} "${type}"`;
  throw new ConfigError([], `${problem}; ${didYouMean(type, registry.types)}`);
}

/** The folder of a file and those that it is in. */
function foldersAbove(file: string): readonly string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}
