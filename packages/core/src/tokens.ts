import type { ServiceIdentifier } from 'inversify';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from './contracts/definition.js';
import type { MappingLanguage } from './contracts/mapper.js';

function token<T>(description: string): ServiceIdentifier<T> {
  return Symbol.for(`sluice:${description}`);
}

/** What the container knows. Adapter packages bind the definitions (several of each); the CLI reads them. */
export const tokens = {
  sourceDefinition: token<SourceDefinition<never>>('source-definition'),
  sinkDefinition: token<SinkDefinition<never>>('sink-definition'),
  stateStoreDefinition: token<StateStoreDefinition<never>>('state-store-definition'),
  mappingLanguage: token<MappingLanguage>('mapping-language'),
};
