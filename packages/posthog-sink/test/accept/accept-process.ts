import { randomUUID } from 'node:crypto';
import { systemRuntime } from '@sluice/core/engine';
import { SecretRedactor } from '@sluice/core/service';
import type { Logger } from '@sluice/core/adapter';
import { runAcceptance } from './run-acceptance.js';

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

process.exitCode = await runAcceptance({
  args: process.argv.slice(2),
  run: randomUUID(),
  out: (line) => process.stdout.write(`${line}\n`),
  context: {
    logger: silent,
    runtime: systemRuntime,
    redactor: new SecretRedactor(),
    environment: process.env,
    baseDirectory: process.cwd(),
    userAgent: 'sluice-acceptance/1',
  },
});
