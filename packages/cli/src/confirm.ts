import { ConfigError } from '@sluice/core/adapter';
import { PromptsEnded, terminalPrompter } from './init/prompter.js';
import type { Terminal } from './terminal.js';

/**
 * Asks before something that cannot be undone. Without a terminal nobody can answer: then `--yes` is required, and its
 * absence is a `ConfigError`.
 */
export async function confirm(question: string, isSure: boolean, terminal: Terminal): Promise<boolean> {
  if (isSure) return true;
  if (!terminal.interactive || !process.stdin.isTTY) {
    throw new ConfigError([], `${question} Nobody can be asked here: say --yes if you mean it`);
  }
  try {
    return await (await terminalPrompter()).confirm(question, false);
  } catch (error) {
    if (error instanceof PromptsEnded) return false;
    throw error;
  }
}
