import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StateError, type LeaseHolder, isMissing, storageError, storedHolder } from '@sluice/core';
import { noSocketsError } from './no-sockets-error.js';
import { withShortPath } from './socket-address.js';
import { isListening, listenOn } from './socket.js';

const LOCK = /^lock-[0-9a-f]{16}$/u;
const TEMPORARY = /^lock-[0-9a-f]{16}\.new$/u;
/** How often to try: a lock that is there may be that of a contender who is about to step back. */
const ATTEMPTS = 6;
/** How often the first of several contenders looks whether the others have stepped back. */
const LOOKS = 40;
const LOOK_EVERY_MS = 25;

type Listen = (path: string) => Promise<Server>;

/**
 * The exclusive right to a directory, for as long as this process lives: a listening socket `lock-<random>` in it.
 *
 * A contender listens under a temporary name, publishes its lock by one `link`, which is atomic, and only then looks
 * who else is there: alone, it holds the lock. Since everybody publishes before looking, two never find themselves alone.
 * Of several contenders the one whose lock has the first name waits, and the others step back. Nobody ever removes a lock
 * in order to get it, so there is no moment at which a living one can be mistaken for a dead one. Locks of dead processes
 * are removed by the next holder.
 *
 * The sockets of containers that share a volume on one machine see each other. Between machines that share a file
 * system they do not: shared state belongs into a database.
 */
export class DirectoryLock {
  readonly #directory: string;
  readonly #path: string;
  readonly #server: Server;

  private constructor(directory: string, path: string, server: Server) {
    this.#directory = directory;
    this.#path = path;
    this.#server = server;
  }

  /** Takes the lock or throws `StateError` naming who holds it. */
  static async take(directory: string, since: number, listen: Listen = listenOn): Promise<DirectoryLock> {
    return withShortPath(directory, async (short) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        if ((await livingLocks(directory, short)).length === 0) {
          const lock = await publish(directory, short, listen);
          if (await isLeftAlone(directory, short, lock.name)) {
            await removeDead(directory, short, lock.name);
            await writeHolder(directory, since);
            return new DirectoryLock(directory, join(directory, lock.name), lock.server);
          }
          await rm(join(directory, lock.name), { force: true });
          await close(lock.server);
        }
        if (attempt < ATTEMPTS) await sleep(Math.random() * 20 * attempt);
      }
      throw await heldError(directory);
    });
  }

  /** Who has the lock at this moment, without touching it. */
  static async holder(directory: string): Promise<LeaseHolder | undefined> {
    try {
      const living = await withShortPath(directory, (short) => livingLocks(directory, short));
      return living.length > 0 ? await readHolder(directory) : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageError('read', directory, error);
    }
  }

  /** Whether the lock is still in its place: somebody may have removed the directory. */
  async isHeld(): Promise<boolean> {
    return stat(this.#path).then(
      () => true,
      () => false,
    );
  }

  async release(): Promise<void> {
    await rm(holderFile(this.#directory), { force: true });
    await rm(this.#path, { force: true });
    await close(this.#server);
  }
}

async function publish(
  directory: string,
  short: string,
  listen: Listen,
): Promise<{ readonly name: string; readonly server: Server }> {
  const name = `lock-${randomBytes(8).toString('hex')}`;
  const server = await listen(join(short, `${name}.new`)).catch((error: unknown) => {
    throw noSocketsError(directory, error);
  });
  try {
    await link(join(directory, `${name}.new`), join(directory, name));
    await rm(join(directory, `${name}.new`));
    return { name, server };
  } catch (error) {
    await close(server);
    throw noSocketsError(directory, error);
  }
}

/** Whether nobody else has a lock there, or everybody else steps back: who sees one with an earlier name does. */
async function isLeftAlone(directory: string, short: string, own: string): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look++) {
    const others = (await livingLocks(directory, short)).filter((name) => name !== own);
    if (others.length === 0) return true;
    if (others.some((name) => name < own)) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

async function livingLocks(directory: string, short: string): Promise<readonly string[]> {
  const names = (await readdir(directory)).filter((name) => LOCK.test(name));
  const answers = await Promise.all(names.map((name) => isListening(join(short, name))));
  return names.filter((_, index) => answers[index] === true);
}

async function removeDead(directory: string, short: string, own: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name === own || !(LOCK.test(name) || TEMPORARY.test(name))) continue;
    if (!(await isListening(join(short, name)))) await rm(join(directory, name), { force: true });
  }
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
}

function holderFile(directory: string): string {
  return join(directory, 'holder.json');
}

async function writeHolder(directory: string, since: number): Promise<void> {
  const holder: LeaseHolder = { pid: process.pid, host: hostname(), since };
  await writeFile(holderFile(directory), `${JSON.stringify(holder)}\n`, { mode: 0o600 });
}

function holderOf(text: string): LeaseHolder | undefined {
  try {
    return storedHolder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function readHolder(directory: string): Promise<LeaseHolder | undefined> {
  return readFile(holderFile(directory), 'utf8').then(
    (text) => holderOf(text),
    () => undefined,
  );
}

async function heldError(directory: string): Promise<StateError> {
  const holder = await readHolder(directory);
  const who =
    holder === undefined
      ? 'another process that has just started'
      : `process ${holder.pid} on ${holder.host} since ${new Date(holder.since).toISOString()}`;
  return new StateError(
    `the state in ${directory} is in use by ${who}. One process at a time may run a pipeline: wait for it to end, or stop it`,
  );
}
