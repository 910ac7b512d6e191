import { hostname, userInfo } from 'node:os';

/** The user who runs the command, as the history of the state names them: `ada@ops-1`. */
export function currentUser(): string {
  return `${userName()}@${hostname()}`;
}

/** A container may run as a user that its system does not know. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
