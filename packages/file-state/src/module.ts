import type { StateStoreDefinition } from '@sluice/core/adapter';
import { tokens } from '@sluice/core/config';
import { ContainerModule } from 'inversify';
import { fileStateStore } from './definition.js';

export const fileStateModule = new ContainerModule(({ bind }) => {
  bind<StateStoreDefinition>(tokens.stateStoreDefinition).toConstantValue(fileStateStore);
});
