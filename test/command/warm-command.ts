import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { END_OF_OUTPUT, type CommandTask } from './command-host.js';

/** What a command printed and how it ended. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs `sluice` commands one after another in one process, so that Node and the modules are loaded once. Each has its
 * arguments, folder, environment and output streams, and has ended when a process of its own would have.
 */
export class WarmCommand {
  #host: ChildProcess | undefined;
  #isBusy = false;

  /** Node reads these when it starts, and a command that runs beside another is a process of its own. */
  canRun({ environment }: CommandTask): boolean {
    return !this.#isBusy && !Object.keys(environment).some((name) => /^(?:NODE_|LD_|DYLD_)/u.test(name));
  }

  async run(task: CommandTask): Promise<Finished> {
    const host = (this.#host ??= startHost());
    this.#isBusy = true;
    try {
      return await finished(host, task);
    } finally {
      this.#isBusy = false;
      if (host.exitCode !== null || host.signalCode !== null) this.#host = undefined;
    }
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    const host = this.#host;
    if (host === undefined) return;
    this.#host = undefined;
    host.ref();
    const ended = once(host, 'exit');
    host.disconnect();
    await ended;
  }
}

/** It ends with the process that started it, which need not wait for it. */
function startHost(): ChildProcess {
  const host = spawn(process.execPath, [new URL('command-host.js', import.meta.url).pathname], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  host.unref();
  host.channel?.unref();
  for (const stream of [host.stdout, host.stderr]) {
    stream?.setEncoding('utf8');
    if (stream instanceof Socket) stream.unref();
  }
  return host;
}

function finished(host: ChildProcess, task: CommandTask): Promise<Finished> {
  const printed = { out: '', err: '' };
  return new Promise((resolve, reject) => {
    let code: number | undefined;
    const settle = (end: Pick<Finished, 'code' | 'signal'>) => {
      for (const event of ['message', 'close', 'error']) host.removeAllListeners(event);
      for (const stream of [host.stdout, host.stderr]) stream?.removeAllListeners('data');
      resolve({ ...end, out: withoutEnd(printed.out), err: withoutEnd(printed.err) });
    };
    const look = () => {
      if (code === undefined || !printed.out.endsWith(END_OF_OUTPUT) || !printed.err.endsWith(END_OF_OUTPUT)) return;
      settle({ code, signal: null });
    };
    host.stdout?.on('data', (text: string) => {
      printed.out += text;
      look();
    });
    host.stderr?.on('data', (text: string) => {
      printed.err += text;
      look();
    });
    host.on('message', (exitCode) => {
      code = Number(exitCode);
      look();
    });
    host.on('close', (exitCode, signal) => settle({ code: exitCode, signal }));
    host.on('error', reject);
    host.send(task);
  });
}

function withoutEnd(text: string): string {
  return text.endsWith(END_OF_OUTPUT) ? text.slice(0, -END_OF_OUTPUT.length) : text;
}
