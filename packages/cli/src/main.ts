import { runCli } from './run-cli.js';
import { keepHeapSteady } from './steady-heap.js';
import { processTerminal } from './terminal.js';

keepHeapSteady();

process.exitCode = await runCli(process.argv.slice(2), {
  services: async () => {
    const { createContainer, servicesToken } = await import('./container.js');
    return createContainer().get(servicesToken);
  },
  terminal: processTerminal(process.env),
  environment: process.env,
});
