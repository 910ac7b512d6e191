import './process/current-folder.js';
import './process/node-flags.js';
import { EXIT } from './process/exit-code.js';
import { keepHeapSteady } from './process/steady-heap.js';
import { runCli } from './run-cli.js';
import { processTerminal } from './terminal/terminal.js';
import { theme } from './terminal/theme.js';

keepHeapSteady();

const terminal = processTerminal(process.env);
const code = await runCli(process.argv.slice(2), { terminal, environment: process.env });
const failure = await terminal.unwritten();
if (failure !== undefined) terminal.err(`${theme.bad('sluice:')} ${failure}\n`, 'wrapped');
process.exitCode = failure === undefined ? code : EXIT.failed;
