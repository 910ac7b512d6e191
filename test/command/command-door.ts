import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { CommandTask } from './command-host.js';
import { WarmCommand } from './warm-command.js';

const CALLER = fileURLToPath(new URL('calling-process.js', import.meta.url));

/** Lets the scripts of a test run `sluice` one command after another in a process that stays. */
export class CommandDoor {
  readonly #server: Server;
  readonly #command: WarmCommand;
  /** What a shell runs, followed by the arguments, instead of `sluice`. */
  readonly caller: string;

  private constructor(server: Server, command: WarmCommand) {
    const { port } = server.address() as AddressInfo;
    this.#server = server;
    this.#command = command;
    this.caller = `'${process.execPath}' '${CALLER}' 'http://127.0.0.1:${port}/'`;
  }

  static async open(): Promise<CommandDoor> {
    const command = new WarmCommand();
    const server = createServer((request, response) => {
      void text(request)
        .then((task) => command.run(JSON.parse(task) as CommandTask))
        .then((finished) => response.end(JSON.stringify(finished)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CommandDoor(server, command);
  }

  async close(): Promise<void> {
    this.#server.close();
    await this.#command.stop();
  }
}
