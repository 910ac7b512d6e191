import { tokens, type StateStoreDefinition } from '@sluice/core';
import { ContainerModule } from 'inversify';
import { fileStateStore } from './definition.js';

export const fileStateModule = new ContainerModule(({ bind }) => {
  bind<StateStoreDefinition>(tokens.stateStoreDefinition).toConstantValue(fileStateStore);
});
