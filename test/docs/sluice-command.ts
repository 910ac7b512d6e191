import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { CommandTask } from '../command/command-host.js';
import type { CommandThread } from '../command/command-thread.js';
import type { Finished } from '../command/warm-command.js';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Thread {
  readonly port: MessagePort;
  readonly done: Int32Array;
}

let started: Thread | undefined;

/** Commands run in a process that stays; a thread talks to it while this one waits. */
function thread(): Thread {
  if (started !== undefined) return started;
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  const workerData: CommandThread = { port: port2, done };
  new Worker(new URL('../command/command-thread.js', import.meta.url), { workerData, transferList: [port2] }).unref();
  port1.unref();
  started = { port: port1, done };
  return started;
}

/** Posts a task to the thread and waits for its answer. */
function answerTo({ port, done }: Thread, task: CommandTask | 'stop'): unknown {
  Atomics.store(done, 0, 0);
  port.postMessage(task);
  Atomics.wait(done, 0, 0);
  return receiveMessageOnPort(port)?.message;
}

after(() => {
  if (started !== undefined) answerTo(started, 'stop');
});

/** Runs the real command, by default in the root of the repository. */
export function sluice(
  args: readonly string[],
  {
    cwd = ROOT,
    environment = {},
  }: { readonly cwd?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { PATH = '' } = process.env;
  const task = { args, cwd, environment: { PATH, NO_COLOR: '1', ...environment } };
  const { code, out, err } = answerTo(thread(), task) as Finished;
  return { status: code, stdout: out, stderr: err };
}
