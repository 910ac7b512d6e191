import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { letProcessEnd } from './let-process-end.js';

/**
 * Waits for the end of its standard input, which only this process holds open, so that it comes however this process
 * ends. Then it stops the server and removes the folder.
 */
const SCRIPT = `
trap '' HUP INT TERM
cat >/dev/null
server=$(head -n 1 "$2/postmaster.pid" 2>/dev/null)
[ -n "$server" ] && kill -QUIT "$server" 2>/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  rm -rf "$1" 2>/dev/null
  { [ -n "$server" ] && kill -0 "$server" 2>/dev/null; } || [ -e "$1" ] || exit 0
  sleep 0.2
done
[ -n "$server" ] && kill -KILL "$server" 2>/dev/null
rm -rf "$1"`;

/** Watches over a server's folder and data. Started before the first file in it is written. */
export function startWatchdog(directory: string, data: string): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'sh', directory, data], {
    // In a separate session, so that no signal to the terminal or to this process's group reaches it.
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.on('error', () => {});
  letProcessEnd(watchdog, watchdog.stdin);
  return watchdog;
}

/** Lets the watchdog stop the server, if it still runs, and remove the folder: for `rm`, that is a tenth of the work. */
export async function endWatch(watchdog: ChildProcess): Promise<void> {
  if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
  watchdog.ref();
  const ended = once(watchdog, 'exit');
  watchdog.stdin?.end();
  await ended;
}
