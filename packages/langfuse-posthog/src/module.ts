import { tokens } from '@sluice/core/config';
import { ContainerModule } from 'inversify';
import { langfusePosthog } from './preset.js';

export const langfusePosthogModule = new ContainerModule(({ bind }) => {
  bind(tokens.preset).toConstantValue(langfusePosthog);
});
