import { createInterface } from 'node:readline/promises';
import { ConfigError } from '@sluice/core';
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
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `);
    return /^y(es)?$/iu.test(answer.trim());
  } finally {
    prompt.close();
  }
}
