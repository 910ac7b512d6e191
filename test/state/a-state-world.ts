import { spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import {
  aLangfuseWorld,
  PROJECT_KEY,
  shipped,
  type Finished,
  type LangfuseWorld,
} from '../end-to-end/langfuse-world.js';

export const SLUICE = fileURLToPath(new URL('../../../packages/cli/bin/sluice.js', import.meta.url));

/** The shipped pipeline file with another `state`. Returns its path. */
export function pipelineWithState(world: LangfuseWorld, state: string): string {
  cpSync(shipped('.'), join(world.directory, 'configs'), { recursive: true });
  const path = join(world.directory, 'configs', 'langfuse-to-posthog.yaml');
  const text = readFileSync(path, 'utf8').replaceAll(/^state:.*\n/gmu, '');
  writeFileSync(path, `${text}state: ${state}\n`);
  return path;
}

export async function aStateWorld(traces: number): Promise<LangfuseWorld> {
  return aLangfuseWorld({ traces });
}

/** Every record has arrived once. */
export async function expectComplete(world: LangfuseWorld): Promise<void> {
  const [row] = await world.query<{ rows: number }>(
    `SELECT ((SELECT count(*) FROM traces) + (SELECT count(*) FROM scores)
      + (SELECT count(*) FROM observations WHERE type = 'GENERATION'))::int AS rows`,
  );
  expect(world.receiver.distinct()).to.have.length(row?.rows ?? 0);
}

/** The message has these words, no stack trace and no secret. */
export function expectClear({ err, out }: Pick<Finished, 'err' | 'out'>, ...words: readonly (string | RegExp)[]): void {
  for (const word of words) {
    const isThere = typeof word === 'string' ? err.includes(word) : word.test(err);
    expect(isThere, `${String(word)} is not in:\n${err}`).to.equal(true);
  }
  expect(err).not.to.match(/^\s+at .+:\d+:\d+\)?$/m);
  expect(out + err).not.to.contain(PROJECT_KEY);
}

/** Runs a command in the world's folder, with the environment of its `sluice` commands. */
export async function shell(world: LangfuseWorld, command: string, args: readonly string[]): Promise<Finished> {
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd: world.directory,
    env: { PATH, HOME, NO_COLOR: '1', ...world.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

/** True the first time that the condition is true, then never again. */
export function once(condition: () => boolean): () => boolean {
  let told = false;
  return () => {
    if (told || !condition()) return false;
    told = true;
    return true;
  };
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
