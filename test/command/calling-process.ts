import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { CommandTask } from './command-host.js';
import type { Finished } from './warm-command.js';

const [, , url = '', ...args] = process.argv;
const environment = Object.fromEntries(Object.entries(process.env).map(([name, value = '']) => [name, value]));
const task: CommandTask = { args, cwd: process.cwd(), environment };

/** Asks the door at the first argument to run `sluice` as this process was called. */
const answered = once(request(url, { method: 'POST' }).end(JSON.stringify(task)), 'response');
const [response] = (await answered) as [IncomingMessage];
const { code, out, err } = (await json(response)) as Finished;
process.stderr.write(err);
process.stdout.write(out);
process.exitCode = code ?? 1;
