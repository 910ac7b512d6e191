import { PassThrough } from 'node:stream';
import { runCli } from '#src/run-cli.js';
import { processTerminal, type Streams } from '#src/terminal/terminal.js';

/** Runs a command in this process, as if on a terminal without colours. `text` is what it printed on both streams. */
export async function runHere(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  const chunks: string[] = [];
  const stream = () => {
    const collected = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 80 });
    collected.on('data', (text: string) => chunks.push(text));
    return collected;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what a command uses of a terminal
  const streams = { stdin: new PassThrough(), stdout: stream(), stderr: stream() } as unknown as Streams;
  const environment = { NO_COLOR: '1' };
  const code = await runCli(args, { terminal: processTerminal(environment, streams), environment });
  await new Promise(setImmediate);
  return { code, text: chunks.join('') };
}
