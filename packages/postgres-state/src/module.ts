import type { StateStoreDefinition } from '@sluice/core/adapter';
import { tokens } from '@sluice/core/config';
import { ContainerModule } from 'inversify';
import { postgresState } from './definition.js';

export const postgresStateModule = new ContainerModule(({ bind }) => {
  bind<StateStoreDefinition>(tokens.stateStoreDefinition).toConstantValue(postgresState);
});
