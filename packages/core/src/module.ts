import { ContainerModule } from 'inversify';
import { systemRuntime } from './engine/system-runtime.js';
import { InProcessScheduler } from './scheduler/in-process-scheduler.js';
import { tokens } from './tokens.js';

/** Binds what core itself offers: the real clocks and a scheduler in this process. */
export const coreModule = new ContainerModule(({ bind }) => {
  bind(tokens.runtime).toConstantValue(systemRuntime);
  bind(tokens.scheduler).toResolvedValue((runtime) => new InProcessScheduler(runtime), [tokens.runtime]);
});
