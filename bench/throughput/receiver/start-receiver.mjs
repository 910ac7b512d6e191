import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts the receiver in a process of its own. Ask it one thing at a time. */
export async function startReceiver() {
  const child = fork(fileURLToPath(new URL('receiver.mjs', import.meta.url)), { serialization: 'advanced' });
  const [{ url }] = await once(child, 'message');
  const ask = async (command, given) => {
    child.send({ command, given });
    const [{ result }] = await once(child, 'message');
    return result;
  };
  return {
    url,
    /** Forgets what arrived, and sets how to answer from now on. */
    reset: ({ latencyMs, protocol, keepsEvents } = {}) => ask('reset', { latencyMs, protocol, keepsEvents }),
    /** @returns {Promise<{ requests: number, wireBytes: number, bodyBytes: number, mostInFlight: number, events: number, distinct: number }>} */
    count: () => ask('count', {}),
    /** The events themselves, if they were kept. */
    events: () => ask('events', {}),
    stop: () => child.disconnect(),
  };
}
