import { ConfigError } from '@sluice/core/adapter';
import { framed } from './framed.js';
import type { Terminal } from './terminal.js';

/** Asks before something that cannot be undone. Without a terminal, `--yes` is required. */
export async function confirm(
  question: string,
  { yes, terminal, signal }: { readonly yes: boolean; readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<boolean> {
  if (yes) return true;
  if (!terminal.interactive || !terminal.streams.stdin.isTTY) {
    throw new ConfigError([], `${question} Not a terminal; pass --yes to confirm`);
  }
  const prompts = await import('@clack/prompts');
  const { stdin: input, stderr: output } = terminal.streams;
  const message = framed(question, prompts.S_BAR, output);
  return (await prompts.confirm({ message, initialValue: false, signal, input, output })) === true;
}
