import { tokens, type SourceDefinition } from '@sluice/core';
import { ContainerModule } from 'inversify';
import { langfusePostgresSource } from './definition.js';

export const langfusePostgresSourceModule = new ContainerModule(({ bind }) => {
  bind<SourceDefinition>(tokens.sourceDefinition).toConstantValue(langfusePostgresSource);
});
