import { ContainerModule } from 'inversify';
import { systemRuntime } from './engine/system-runtime.js';
import { InProcessScheduler } from './scheduler/in-process-scheduler.js';
import { fileStateStore } from './state/file-state-store.js';
import { tokens } from './tokens.js';

/** Binds what core itself offers: the real clocks, a scheduler in this process and the state in files. */
export const coreModule = new ContainerModule(({ bind }) => {
  bind(tokens.runtime).toConstantValue(systemRuntime);
  bind(tokens.scheduler).toResolvedValue((runtime) => new InProcessScheduler(runtime), [tokens.runtime]);
  bind(tokens.stateStoreDefinition).toConstantValue(fileStateStore);
});
