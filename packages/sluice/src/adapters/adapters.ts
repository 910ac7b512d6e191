import type { Preset } from '@sluice/core/preset';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { StateStoreDefinition } from '@sluice/core/state';
import { createRegistry, withInstalledAdapter, type Registries, type Registry } from '@sluice/core/config';
import type { Document } from '@sluice/core/document';
import type { AdapterProvider } from './adapter-provider.js';

/** Every adapter that pipeline files can use. */
export class Adapters {
  readonly sources: readonly SourceDefinition[];
  readonly sinks: readonly SinkDefinition[];
  readonly stateStores: readonly StateStoreDefinition[];
  readonly presets: readonly Preset[];
  /** The adapters by type. */
  readonly known: Registries;
  readonly #providers: readonly AdapterProvider[];

  constructor(providers: readonly AdapterProvider[], presets: readonly Preset[]) {
    this.#providers = providers;
    this.presets = presets;
    const definitions = providers.flatMap((provider) => provider.definitions);
    this.sources = definitions.filter((each) => each.kind === 'source');
    this.sinks = definitions.filter((each) => each.kind === 'sink');
    this.stateStores = definitions.filter((each) => each.kind === 'state');
    this.known = {
      sources: createRegistry(this.sources),
      sinks: createRegistry(this.sinks),
      stateStores: createRegistry(this.stateStores),
    };
  }

  /** Those, and the ones that only this pipeline file uses. One that cannot be loaded is a problem of the file. */
  async usedBy(document: Document): Promise<Registries> {
    let registries = this.known;
    for (const provider of this.#providers) {
      registries = (await provider.addUsedBy?.(document, registries)) ?? registries;
    }
    return registries;
  }

  /** The sources, with one that a package or file `type` exports. */
  sourcesWith(type: string | undefined, file: string): Promise<Registry<SourceDefinition>> {
    return withInstalledAdapter(this.known.sources, 'source', type, file);
  }

  /** The sinks, with one that a package or file `type` exports. */
  sinksWith(type: string | undefined, file: string): Promise<Registry<SinkDefinition>> {
    return withInstalledAdapter(this.known.sinks, 'sink', type, file);
  }
}
