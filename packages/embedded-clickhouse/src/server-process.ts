import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { claimFolder } from './leftovers.js';

/** A server before it is started. */
export interface ServerPlan {
  /** Holds the data and all other files of the server. */
  readonly directory: string;
  /** That of the user `default`. */
  readonly password: string;
  readonly timeZone: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** A configuration file of ClickHouse. */
  readonly configFile?: string;
}

export interface RunningServer {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Whether a server that ends removes its folder. The end of this process means that it does. */
export type Ending = 'keep files' | 'remove files';

const ENTRY = fileURLToPath(new URL('./server/main.js', import.meta.url));

/** Resolves when the server answers. */
export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  const child = spawn(process.execPath, [ENTRY, JSON.stringify(plan)], {
    // In a separate session, so that Ctrl-C in a terminal does not stop the server while a run finishes.
    detached: true,
    cwd: plan.directory,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The engine runs one statement a thread of libuv, of which there are four otherwise.
    env: { ...process.env, NODE_OPTIONS: '', TZ: plan.timeZone, UV_THREADPOOL_SIZE: '16' },
  });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-4000);
  });
  if (child.pid !== undefined) await claimFolder(plan.directory, child.pid);
  const port = await new Promise<number>((fulfil, reject) => {
    child.once('message', (message) => fulfil(Number(message)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the ClickHouse server ended with code ${code}: ${log}`)));
  });
  child.unref();
  child.channel?.unref();
  if (child.stderr instanceof Socket) child.stderr.unref();
  return { process: child, port };
}

/** Resolves when the server has ended. */
export async function endServer({ process: child }: RunningServer, ending: Ending): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const ended = once(child, 'exit');
  if (ending === 'keep files') child.kill('SIGTERM');
  else child.disconnect();
  await ended;
}
