import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { CommandTask } from './command-host.js';
import type { Finished } from './warm-command.js';

const [, , url = '', ...args] = process.argv;
const environment = Object.fromEntries(Object.entries(process.env).map(([name, value = '']) => [name, value]));
const task: CommandTask = { args, cwd: process.cwd(), environment };

/** Asks the door at the first argument to run `sluice` as this process was called. */
request(url, { method: 'POST' }, (response) => {
  void json(response).then((answer) => {
    const { code, out, err } = answer as Finished;
    process.stderr.write(err);
    process.stdout.write(out);
    process.exitCode = code ?? 1;
  });
}).end(JSON.stringify(task));
