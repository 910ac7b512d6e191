import { tokens, type SinkDefinition } from '@sluice/core';
import { ContainerModule } from 'inversify';
import { jsonlSink } from './definition.js';

export const jsonlSinkModule = new ContainerModule(({ bind }) => {
  bind<SinkDefinition>(tokens.sinkDefinition).toConstantValue(jsonlSink);
});
