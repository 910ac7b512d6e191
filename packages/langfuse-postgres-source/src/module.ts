import type { SourceDefinition } from '@sluice/core/adapter';
import { tokens } from '@sluice/core/config';
import { ContainerModule } from 'inversify';
import { langfusePostgresSource } from './definition.js';

export const langfusePostgresSourceModule = new ContainerModule(({ bind }) => {
  bind<SourceDefinition>(tokens.sourceDefinition).toConstantValue(langfusePostgresSource);
});
