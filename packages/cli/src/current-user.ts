import { hostname, userInfo } from 'node:os';

/** Who runs the command, as the state's history has it: `ada@ops-1`. */
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
