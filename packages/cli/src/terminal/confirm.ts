import { ConfigError } from '@sluice/core/adapter';
import type { Terminal } from './terminal.js';

/** Asks before something that cannot be undone. Without a terminal, `--yes` is required. */
export async function confirm(
  question: string,
  { yes, terminal, signal }: { readonly yes: boolean; readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<boolean> {
  if (yes) return true;
  if (!terminal.interactive || !process.stdin.isTTY) {
    throw new ConfigError([], `${question} Not a terminal; pass --yes to confirm`);
  }
  const prompts = await import('@clack/prompts');
  const streams = { input: process.stdin, output: process.stderr };
  return (await prompts.confirm({ message: question, initialValue: false, signal, ...streams })) === true;
}
