import type { Services } from './services.js';
import type { Terminal } from './terminal.js';

/** What every command is given. */
export interface CommandContext {
  readonly services: Services;
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
