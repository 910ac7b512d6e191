import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'node:worker_threads';
import type { CommandTask } from './command-host.js';
import { WarmCommand, type Finished } from './warm-command.js';

/** What the thread is started with. */
export interface CommandThread {
  readonly port: MessagePort;
  /** One number, which becomes 1 when the answer is in the port. */
  readonly done: Int32Array;
}

const { port, done } = workerData as CommandThread;
const command = new WarmCommand();

function answer(finished: Finished | undefined): void {
  port.postMessage(finished);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
}

port.on('message', (task: CommandTask | 'stop') => {
  if (task === 'stop') void command.stop().then(() => answer(undefined));
  else void command.run(task).then(answer);
});
