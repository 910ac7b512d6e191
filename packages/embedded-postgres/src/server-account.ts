import { execFileSync } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** The user that the server runs as; empty for the user of this process. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root. It then runs as `postgres` or, without that user, as `nobody`. */
export function serverAccount(): ServerAccount {
  if (process.getuid?.() !== 0) return {};
  const [found] = ['postgres', 'nobody'].flatMap((name) => {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' })));
      return uid === undefined || gid === undefined ? [] : [{ uid, gid }];
    } catch {
      return [];
    }
  });
  if (found === undefined) throw new Error('PostgreSQL cannot run as root: create a user postgres or nobody');
  return found;
}

export async function handOver(path: string, { uid, gid }: ServerAccount): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

/** The folder for temporary files, or /tmp if the account cannot enter it. */
export function temporaryRoot(account: ServerAccount): string {
  return canEnter(tmpdir(), account) ? tmpdir() : '/tmp';
}

/** Whether the account can work in a folder. */
export function canEnter(folder: string, account: ServerAccount): boolean {
  return account.uid === undefined || canRun('true', folder, account);
}

/** Whether the account can run a command in a folder. */
export function canRun(command: string, cwd: string, account: ServerAccount): boolean {
  try {
    execFileSync(command, ['--version'], { cwd, stdio: 'ignore', ...account });
    return true;
  } catch {
    return false;
  }
}
