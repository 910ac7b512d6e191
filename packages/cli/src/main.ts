import { keepHeapSteady } from './process/steady-heap.js';
import { runCli } from './run-cli.js';
import { processTerminal } from './terminal/terminal.js';

keepHeapSteady();

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(process.env),
  environment: process.env,
});
