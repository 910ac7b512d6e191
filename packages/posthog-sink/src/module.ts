import type { SinkDefinition } from '@sluice/core/adapter';
import { tokens } from '@sluice/core/config';
import { ContainerModule } from 'inversify';
import { posthogSink } from './definition.js';

export const posthogSinkModule = new ContainerModule(({ bind }) => {
  bind<SinkDefinition>(tokens.sinkDefinition).toConstantValue(posthogSink);
});
