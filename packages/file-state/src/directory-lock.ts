import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inUseError, type LeaseHolder } from '@sluice/core/state';
import { z } from 'zod';
import { withShortPath } from './socket-address.js';
import { isListening, listenOn } from './socket.js';
import { isMissing, noSocketsError, storageError } from './storage-error.js';

const LOCK = /^lock-[0-9a-f]{16}$/u;
const TEMPORARY = /^lock-[0-9a-f]{16}\.new$/u;
/** More than one: a lock that is there may belong to a contender that is about to step back. */
const ATTEMPTS = 6;
/** How often the first of several contenders checks whether the others have stepped back. */
const CHECKS = 40;
const CHECK_EVERY_MS = 25;

const storedHolder: z.ZodType<LeaseHolder> = z.object({ pid: z.number(), host: z.string(), since: z.number() });

type Listen = (path: string) => Promise<Server>;

/**
 * The exclusive right to a directory, for as long as this process lives: a listening socket `lock-<random>` in it.
 *
 * A contender listens under a temporary name, publishes its lock by one `link`, which is atomic, and only then checks for
 * others. If it is alone, it has the lock. Because all publish before they check, two cannot both find themselves alone.
 * Of several contenders, the one whose lock comes first by name waits, and the others step back. No lock is removed in
 * order to take it, so a living one cannot be mistaken for a dead one. The next holder removes the locks of dead
 * processes.
 *
 * Containers that share a volume on one machine see each other's sockets. Machines that share a file system do not: state
 * that several machines share belongs in a database.
 */
export class DirectoryLock {
  readonly #directory: string;
  readonly #name: string;
  readonly #server: Server;

  private constructor(directory: string, name: string, server: Server) {
    this.#directory = directory;
    this.#name = name;
    this.#server = server;
  }

  /** Takes the lock, or throws `StateError` naming its holder. */
  static async take(directory: string, since: number, listen: Listen = listenOn): Promise<DirectoryLock> {
    return withShortPath(directory, async (short) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        if ((await livingLocks(directory, short)).length === 0) {
          const lock = await DirectoryLock.#publish(directory, short, listen);
          try {
            if (await isLeftAlone(directory, short, lock.#name)) {
              await removeDead(directory, short, lock.#name);
              await writeHolder(directory, since);
              return lock;
            }
          } catch (error) {
            await lock.#withdraw();
            throw error;
          }
          await lock.#withdraw();
        }
        if (attempt < ATTEMPTS) await sleep(Math.random() * 20 * attempt);
      }
      throw inUseError(`the state in ${directory}`, await readHolder(directory));
    });
  }

  /** Who has the lock now. Changes nothing. */
  static async holder(directory: string): Promise<LeaseHolder | undefined> {
    try {
      const living = await withShortPath(directory, (short) => livingLocks(directory, short));
      return living.length > 0 ? await readHolder(directory) : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageError('read', directory, error);
    }
  }

  /** Whether the lock is still there: the directory may have been removed. */
  async isHeld(): Promise<boolean> {
    return stat(join(this.#directory, this.#name)).then(
      () => true,
      () => false,
    );
  }

  /** Also where its files cannot be removed: they are those of a dead process then, which the next holder removes. */
  async release(): Promise<void> {
    await rm(holderFile(this.#directory), { force: true }).catch(ignore);
    await this.#withdraw();
  }

  static async #publish(directory: string, short: string, listen: Listen): Promise<DirectoryLock> {
    const name = `lock-${randomBytes(8).toString('hex')}`;
    const server = await listen(join(short, `${name}.new`)).catch((error: unknown) => {
      throw noSocketsError(directory, error);
    });
    try {
      await link(join(directory, `${name}.new`), join(directory, name));
      await rm(join(directory, `${name}.new`));
      return new DirectoryLock(directory, name, server);
    } catch (error) {
      await close(server);
      throw noSocketsError(directory, error);
    }
  }

  async #withdraw(): Promise<void> {
    await rm(join(this.#directory, this.#name), { force: true }).catch(ignore);
    await close(this.#server);
  }
}

/** Whether there is no other lock, or all others step back: a contender does when it sees an earlier name. */
async function isLeftAlone(directory: string, short: string, own: string): Promise<boolean> {
  for (let check = 1; check <= CHECKS; check++) {
    const others = (await livingLocks(directory, short)).filter((name) => name !== own);
    if (others.length === 0) return true;
    if (others.some((name) => name < own)) return false;
    await sleep(CHECK_EVERY_MS);
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

async function readHolder(directory: string): Promise<LeaseHolder | undefined> {
  try {
    return storedHolder.safeParse(JSON.parse(await readFile(holderFile(directory), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function ignore(): void {}
