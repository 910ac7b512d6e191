import type { SinkDefinition } from '@sluice/core/adapter';
import { tokens } from '@sluice/core/config';
import { ContainerModule } from 'inversify';
import { jsonlSink } from './definition.js';

export const jsonlSinkModule = new ContainerModule(({ bind }) => {
  bind<SinkDefinition>(tokens.sinkDefinition).toConstantValue(jsonlSink);
});
