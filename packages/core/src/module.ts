import { ContainerModule } from 'inversify';
import { systemRuntime } from './engine/system-runtime.js';
import { fileStateStore } from './state/file-state-store.js';
import { tokens } from './tokens.js';

/** Binds what core itself offers: the real clocks and the state in files. */
export const coreModule = new ContainerModule(({ bind }) => {
  bind(tokens.runtime).toConstantValue(systemRuntime);
  bind(tokens.stateStoreDefinition).toConstantValue(fileStateStore);
});
