import { createContainer, servicesToken } from './container.js';
import { runCli } from './run-cli.js';
import { processTerminal } from './terminal.js';

const services = createContainer().get(servicesToken);
process.exitCode = await runCli(process.argv.slice(2), {
  services,
  terminal: processTerminal(process.env),
  environment: process.env,
});
