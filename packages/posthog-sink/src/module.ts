import { tokens, type SinkDefinition } from '@sluice/core';
import { ContainerModule } from 'inversify';
import { posthogSink } from './definition.js';

export const posthogSinkModule = new ContainerModule(({ bind }) => {
  bind<SinkDefinition>(tokens.sinkDefinition).toConstantValue(posthogSink);
});
