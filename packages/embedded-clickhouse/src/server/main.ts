import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerPlan } from '../server-process.js';
import { openEngine } from './engine.js';
import { createHttpServer } from './http-server.js';

/** The server's process. It ends with the process that started it, and then removes its folder. */
const plan: ServerPlan = JSON.parse(process.argv[2] ?? '{}');

function end(): never {
  // At once, statements included: nothing of the data is needed again, or a restart reads what is on disk.
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process goes on after SIGKILL');
}

process.on('disconnect', () => {
  rmSync(plan.directory, { recursive: true, force: true, maxRetries: 10 });
  end();
});
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});

const engine = openEngine(join(plan.directory, 'data'), plan.configFile);
process.on('SIGTERM', () => {
  engine.close();
  process.exit(0);
});
const server = createHttpServer(engine, plan.password);
server.listen(plan.port ?? 0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  process.send?.(address.port);
});
