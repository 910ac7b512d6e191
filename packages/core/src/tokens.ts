import type { ServiceIdentifier } from 'inversify';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from './contracts/definition.js';
import type { MappingLanguage } from './contracts/mapper.js';
import type { Preset } from './contracts/preset.js';
import type { Runtime } from './contracts/runtime.js';
import type { Scheduler } from './contracts/scheduler.js';

function token<T>(description: string): ServiceIdentifier<T> {
  return Symbol.for(`sluice:${description}`);
}

/** What the container knows. Adapter packages bind the definitions (several of each); the CLI reads them. */
export const tokens = {
  sourceDefinition: token<SourceDefinition>('source-definition'),
  sinkDefinition: token<SinkDefinition>('sink-definition'),
  stateStoreDefinition: token<StateStoreDefinition>('state-store-definition'),
  preset: token<Preset>('preset'),
  mappingLanguage: token<MappingLanguage>('mapping-language'),
  runtime: token<Runtime>('runtime'),
  scheduler: token<Scheduler>('scheduler'),
};
