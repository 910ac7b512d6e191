import { startWorker } from '../worker.mjs';

/**
 * Keeps a worker running on each host, as a supervisor does: one that ends with a failure is started again, when its host
 * has recovered. `left` resolves when nothing is left to do for any.
 *
 * @param {{ command: string[], env: Record<string, string> }} program
 */
export function keepWorkers(hosts, { command, env }) {
  const slots = hosts.map((host, index) => ({
    name: `worker ${index + 1}`,
    host,
    /** How its processes ended. */
    ends: [],
    hadFault: false,
    isDead: false,
    recovered: Promise.resolve(),
  }));
  const keep = async (slot) => {
    for (;;) {
      slot.process = startWorker({ command: slot.host.inside(command), env });
      const end = await slot.process.ended;
      slot.ends.push(end);
      if (end.code === 0 || slot.isDead) return;
      if (slot.ends.length > 3) throw new Error(`${slot.name} fails again and again:\n${end.output}`);
      await slot.recovered;
    }
  };
  return { slots, left: Promise.all(slots.map(keep)) };
}
