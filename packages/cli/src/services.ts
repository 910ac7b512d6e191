import type { Preset, Runtime, SinkDefinition, SourceDefinition, StateStoreDefinition } from '@sluice/core/adapter';
import type { MappingLanguage } from '@sluice/core/config';
import type { Scheduler } from '@sluice/core/service';

/** What the commands are made of: everything that the container wires. */
export interface Services {
  readonly sources: readonly SourceDefinition[];
  readonly sinks: readonly SinkDefinition[];
  readonly stateStores: readonly StateStoreDefinition[];
  readonly presets: readonly Preset[];
  readonly mappingLanguage: MappingLanguage;
  readonly runtime: Runtime;
  readonly scheduler: Scheduler;
}
