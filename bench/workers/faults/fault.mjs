import { setTimeout as sleep } from 'node:timers/promises';

/** How long a frozen or cut off worker stays so after its lease has ended. */
const BEYOND_LEASE_MS = 3000;
const LOOK_EVERY_MS = 100;

/** What happens to workers, and after which share of the events. */
export const FAULTS = [
  { name: 'killed', share: 0.1, begin: ({ process }) => process.kill('SIGKILL') },
  {
    name: 'frozen',
    share: 0.2,
    begin: ({ process }) => process.kill('SIGSTOP'),
    end: ({ process }) => process.kill('SIGCONT'),
  },
  { name: 'cut off', share: 0.3, begin: ({ host }) => host.cut(), end: ({ host }) => host.connect() },
];

/**
 * Lets a fault happen to the worker that holds most windows, and looks on until others have its windows. Returns at once
 * with what it then knows, and `over`, which resolves with the whole when the worker has recovered and ended.
 */
export async function inflict(fault, { slots, state, receiver, leaseSeconds }) {
  const slot = await busiest(slots, state);
  const { process: victim } = slot;
  slot.hadFault = true;
  slot.isDead = fault.end === undefined;
  let recover;
  slot.recovered = new Promise((fulfil) => {
    recover = fulfil;
  });
  const beganAt = Date.now();
  fault.begin(slot);
  // Only now: what it had when it stopped.
  const lost = (await state.open()).filter(({ pid }) => pid === victim.pid);
  await receiver.ask('watch', {
    windows: lost.map(({ id, stream, from, until }) => ({ id, event: `langfuse ${stream}`, from, until })),
    not: slot.host.address,
  });
  const happened = { fault: fault.name, worker: slot.name, address: slot.host.address, lost, beganAt };
  const wholly = async () => {
    const recovery = async () => {
      if (fault.end === undefined) return undefined;
      await sleep(leaseSeconds * 1000 + BEYOND_LEASE_MS);
      fault.end(slot);
      return Date.now();
    };
    const [takenAt, endedAt] = await Promise.all([takeovers(lost, state), recovery()]);
    recover();
    const end = await victim.ended;
    return { ...happened, takenAt, endedAt, end };
  };
  return { ...happened, over: wholly() };
}

/** The one with most windows of those that nothing has happened to yet. */
async function busiest(slots, state) {
  const open = await state.open();
  const heldBy = ({ process }) => open.filter(({ pid }) => pid === process.pid).length;
  const whole = slots.filter(({ hadFault }) => !hadFault).toSorted((first, second) => heldBy(second) - heldBy(first));
  return whole[0];
}

/** When each of the windows had another worker, or was done; by its id. */
async function takeovers(lost, state) {
  const takenAt = new Map();
  while (takenAt.size < lost.length) {
    const claims = new Map((await state.open()).map(({ id, claim }) => [id, claim]));
    for (const { id, claim } of lost) if (!takenAt.has(id) && claims.get(id) !== claim) takenAt.set(id, Date.now());
    await sleep(LOOK_EVERY_MS);
  }
  return takenAt;
}
