import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts the receiver in a process of its own. Ask it one thing at a time. */
export async function startReceiver() {
  const { url, ask, stop } = await forkReceiver(new URL('receiver.mjs', import.meta.url));
  return {
    url,
    /** Forgets what arrived, and sets how to answer from now on. */
    reset: ({ latencyMs, protocol, keepsEvents } = {}) => ask('reset', { latencyMs, protocol, keepsEvents }),
    /** @returns {Promise<{ requests: number, wireBytes: number, bodyBytes: number, mostInFlight: number, events: number, distinct: number, lastAt?: number }>} */
    count: () => ask('count', {}),
    /** The events themselves, if they were kept. */
    events: () => ask('events', {}),
    stop,
  };
}

/** Starts a program that says its address first, and then answers one question after another. */
export async function forkReceiver(program, args = []) {
  // Detached, so that Ctrl-C does not stop it before those who send to it.
  const child = fork(fileURLToPath(program), args, { serialization: 'advanced', detached: true });
  const [{ url }] = await once(child, 'message');
  return {
    url,
    ask: async (command, given = {}) => {
      child.send({ command, given });
      const [{ result }] = await once(child, 'message');
      return result;
    },
    stop: () => child.disconnect(),
  };
}
