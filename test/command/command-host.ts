import { setTimeout as delay } from 'node:timers/promises';

/** What the process is asked to run. */
export interface CommandTask {
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Follows everything that a command printed, on both streams. */
export const END_OF_OUTPUT = '\u0000end of output\u0000';

const MAIN = new URL('../../../packages/cli/bundle/main.js', import.meta.url);
let commands = 0;

/** What keeps a process from ending. */
async function whatIsOpen(): Promise<number> {
  await delay(0);
  return process.getActiveResourcesInfo().filter((resource) => resource !== 'Immediate').length;
}

/** Evaluates the command's entry again, as a new process would; the modules below it stay loaded. */
async function run({ args, cwd, environment }: CommandTask): Promise<void> {
  commands += 1;
  process.chdir(cwd);
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  process.exitCode = undefined;
  const open = await whatIsOpen();
  await import(`${MAIN.href}?command=${commands}`);
  // A process ends when nothing keeps it open. If that never happens, the test that waits runs out of time.
  while ((await whatIsOpen()) > open) await delay(2);
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  process.stdout.write(END_OF_OUTPUT);
  process.stderr.write(END_OF_OUTPUT);
  process.send?.(process.exitCode ?? 0);
}

// Both streams are opened at their first use, and stay open.
process.stdout.write('');
process.stderr.write('');
process.on('message', (task: CommandTask) => void run(task));
process.on('disconnect', () => process.exit());
