import { isDeepStrictEqual } from 'node:util';
import type { Identity } from '@sluice/core/adapter';
import { it } from 'mocha';
import { mustHold } from './rule.js';
import { untilTheClockMoves } from './until-the-clock-moves.js';

/** What the suites ask of sinks and sources alike. */
interface Adapter {
  identity(): Identity;
  open(): Promise<void>;
  close(): Promise<void>;
}

interface Instance {
  readonly adapter: Adapter;
  /** What a run does with it, once it is open. */
  use(): Promise<unknown>;
  dispose(): Promise<void>;
}

/** What is the same in every instance of an adapter, and what an instance leaves behind. */
export function describeInstances(create: () => Promise<Instance>): void {
  it('always has the same identity, without a connection', async () => {
    const instances = [await create(), await create()];
    const identities = instances.map(({ adapter }) => adapter.identity());
    untilTheClockMoves();
    const later = instances.map(({ adapter }) => adapter.identity());
    for (const instance of instances) {
      await instance.adapter.close();
      await instance.dispose();
    }
    mustHold(
      identities.every(({ description, fingerprint }) => description !== '' && fingerprint !== ''),
      'an identity must have a description and a fingerprint: a state without one could belong to anything',
      'describe the place for people, and put what tells it from others, with a hash of the key, into the fingerprint',
    );
    // A double with a different address gives another description.
    const [one, other] = identities;
    const isSame = one?.description !== other?.description || one?.fingerprint === other?.fingerprint;
    mustHold(
      isSame && isDeepStrictEqual(identities, later),
      'the identity must be the same whenever a process asks: a run refuses a state of another identity',
      'make it from the options alone, without a time or a random number',
    );
  });

  it('leaves no timer when it was used and is closed', async () => {
    const instance = await create();
    const before = runningTimers();
    try {
      await instance.adapter.open();
      await instance.use();
    } finally {
      await instance.adapter.close();
    }
    const left = runningTimers() - before;
    await instance.dispose();
    mustHold(
      left <= 0,
      `no timer may run after close, or the process does not end; left: ${left}`,
      'clear the timer of a call when the call ends, and others in `close`; a limit in time is `AbortSignal.timeout`',
    );
  });
}

/** Those that keep the process alive. */
function runningTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
