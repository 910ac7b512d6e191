import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manualRuntime } from '@sluice/testkit';
import { PosthogSimulator, type PosthogSimulatorOptions } from '@sluice/posthog-simulator';
import { LANGFUSE_SCHEMA_SQL, seedHistory } from '@sluice/langfuse-history';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import pg from 'pg';
import { sharedCommand } from '../command/shared-command.js';
import type { Finished } from '../command/warm-command.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const PROJECT_KEY = 'phc_endtoendsecret';

export type { Finished } from '../command/warm-command.js';

/** A Langfuse database, a receiver, a folder to work in, and the real command. */
export interface LangfuseWorld {
  readonly databaseUrl: string;
  readonly receiver: PosthogSimulator;
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The shipped pipeline file, changed, in the world's folder; its path. */
  pipelineFile(change: (text: string) => string): string;
  query<Row>(text: string): Promise<readonly Row[]>;
  /** Runs `sluice` in the world's folder. `killAfter` sends a signal once the receiver has seen so many requests. */
  sluice(args: readonly string[], options?: SluiceOptions): Promise<Finished>;
  /** Starts `sluice` in the world's folder and lets it run. */
  launch(args: readonly string[], environment?: SluiceOptions['environment']): LaunchedSluice;
  end(): Promise<void>;
}

/** A command that is still running. */
export interface LaunchedSluice {
  /** The first line of its log with this message, and with these fields; waits until it is written. */
  logged(
    message: string,
    fields?: Readonly<Record<string, unknown>>,
    times?: number,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** What it has logged so far. */
  log(): readonly Readonly<Record<string, unknown>>[];
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Finished>;
}

interface SluiceOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether the command needs a process of its own. Default: only when it is to be sent a signal. */
  readonly ownProcess?: boolean;
  /** Sends a signal as soon as the condition holds; looked at after every request. */
  readonly kill?: { readonly signal: NodeJS.Signals; readonly when: () => boolean };
}

/** The path of a file that ships in `configs/`. */
export function shipped(name: string): string {
  return join(ROOT, 'configs', name);
}

const templates = new Map<number, Promise<string>>();

/** A seeded Langfuse database that is only copied: the tests with as many traces begin with the same rows. */
function seededTemplate(traces: number): Promise<string> {
  const known = templates.get(traces);
  if (known !== undefined) return known;
  const made = (async () => {
    const url = await createSharedDatabase(`seeded_${traces}`);
    const client = new pg.Client(url);
    await client.connect();
    await client.query(LANGFUSE_SCHEMA_SQL);
    await seedHistory(client, { traces, now: Date.now(), random: manualRuntime({ seed: 7 }).random });
    await client.end();
    return url;
  })();
  templates.set(traces, made);
  return made;
}

export async function aLangfuseWorld(
  options: { readonly traces?: number; readonly receiver?: PosthogSimulatorOptions } = {},
): Promise<LangfuseWorld> {
  const template = await seededTemplate(options.traces ?? 100);
  const databaseUrl = await createSharedDatabase('world', template);
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const children = new Set<ChildProcess>();
  const receiver = await PosthogSimulator.start({ keys: [PROJECT_KEY], ...options.receiver });
  const directory = mkdtempSync(join(tmpdir(), 'sluice-world-'));
  const environment = {
    LANGFUSE_DATABASE_URL: databaseUrl,
    LANGFUSE_URL: 'https://langfuse.example.com',
    POSTHOG_HOST: receiver.url,
    POSTHOG_API_KEY: PROJECT_KEY,
    SLUICE_STATE_DIRECTORY: join(directory, '.sluice'),
  };
  return {
    databaseUrl,
    receiver,
    directory,
    environment,
    pipelineFile: (change) => {
      cpSync(join(ROOT, 'configs'), join(directory, 'configs'), { recursive: true });
      const path = join(directory, 'configs', 'langfuse-to-posthog.yaml');
      writeFileSync(path, change(readFileSync(path, 'utf8')));
      return path;
    },
    query: async <Row>(text: string) => (await client.query(text)).rows as readonly Row[],
    sluice: (args, { environment: overrides = {}, kill, ownProcess = kill !== undefined } = {}) => {
      const variables = environmentOf({ ...environment, ...overrides });
      const task = { args, cwd: directory, environment: variables };
      if (ownProcess || !sharedCommand.canRun(task)) return sluice(args, directory, variables, kill, children);
      return sharedCommand.run(task).then((finished) => withoutSecrets(args, finished, variables));
    },
    launch: (args, overrides = {}) =>
      launch(args, directory, environmentOf({ ...environment, ...overrides }), children),
    end: async () => {
      for (const child of children) child.kill('SIGKILL');
      await client.end();
      await receiver.stop();
      const state = textBelow(join(directory, '.sluice'));
      rmSync(directory, { recursive: true, force: true });
      const secret = secretIn(state, environment);
      if (secret !== undefined) throw new Error(`the state holds the ${secret}`);
    },
  };
}

/** Everything in the files below a folder; empty when there is none. */
function textBelow(directory: string): string {
  if (!existsSync(directory)) return '';
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n');
}

/** Which secret of its environment a command let out, if any: looked for in everything that every test prints. */
function secretIn(text: string, environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { POSTHOG_API_KEY: key, LANGFUSE_DATABASE_URL: url = '' } = environment;
  if (key !== undefined && text.includes(key)) return 'project key';
  const password = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : '';
  return password !== '' && text.includes(password) ? 'database password' : undefined;
}

/** The environment of a command: a variable that is undefined is absent. */
function environmentOf(overrides: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const { PATH, HOME } = process.env;
  const all = Object.entries({ PATH, HOME, NO_COLOR: '1', ...overrides });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function withoutSecrets(
  args: readonly string[],
  finished: Finished,
  environment: Readonly<Record<string, string>>,
): Finished {
  const secret = secretIn(finished.out + finished.err, environment);
  if (secret !== undefined) throw new Error(`sluice ${args.join(' ')} printed the ${secret}`);
  return finished;
}

function spawnSluice(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
  children: Set<ChildProcess>,
  onErr: (text: string) => void = () => undefined,
): { readonly child: ChildProcess; readonly ended: Promise<Finished> } {
  const child = spawn(process.execPath, [join(ROOT, 'packages/cli/bin/sluice.js'), ...args], {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    onErr(text);
  });
  const ended = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal, out, err });
    });
  }).then((finished) => withoutSecrets(args, finished, environment));
  return { child, ended };
}

async function sluice(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
  kill: SluiceOptions['kill'],
  children: Set<ChildProcess>,
): Promise<Finished> {
  const { child, ended } = spawnSluice(args, cwd, environment, children);
  const watch = kill && setInterval(() => kill.when() && child.kill(kill.signal), 1);
  return ended.finally(() => clearInterval(watch));
}

export function launch(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
  children: Set<ChildProcess>,
): LaunchedSluice {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  const { child, ended } = spawnSluice(args, cwd, environment, children, (text) => {
    const complete = (rest + text).split('\n');
    rest = complete.pop() ?? '';
    lines.push(
      ...complete.map((line) => (line.startsWith('{') ? (JSON.parse(line) as Record<string, unknown>) : { msg: line })),
    );
    for (const look of waiting) look();
  });
  return {
    ended,
    log: () => lines,
    kill: (signal) => void child.kill(signal),
    logged: (message, fields = {}, times = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.filter(
            (line) => line['msg'] === message && Object.entries(fields).every(([key, value]) => line[key] === value),
          );
          const last = found[times - 1];
          if (last === undefined) return;
          waiting.delete(look);
          resolve(last);
        };
        waiting.add(look);
        look();
        ended.then(
          ({ code, err }) => reject(new Error(`ended with ${code} before it logged "${message}":\n${err}`)),
          reject,
        );
      }),
  };
}
