import { tokens, type StateStoreDefinition } from '@sluice/core';
import { ContainerModule } from 'inversify';
import { postgresState } from './definition.js';

export const postgresStateModule = new ContainerModule(({ bind }) => {
  bind<StateStoreDefinition>(tokens.stateStoreDefinition).toConstantValue(postgresState);
});
