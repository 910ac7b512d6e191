import { expect } from 'chai';
import { StateError } from '#src/contracts/errors.js';
import type { Commit, LeasedState } from '#src/contracts/leased-state.js';
import { EMPTY_STATE } from '#src/contracts/pipeline-state.js';
import type { StateChange } from '#src/contracts/state-change.js';
import { openStateWriter } from '#src/state/open-state-writer.js';

const CHANGES: readonly StateChange[] = [{ type: 'backfilled', stream: 'trace' }];

/** A leased state that records its calls; those named in `failing` fail. */
function aLeasedState(...failing: readonly string[]) {
  const calls: string[] = [];
  const appended: Commit[] = [];
  const call = async (name: string): Promise<void> => {
    calls.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    calls.push(`${name} ends`);
    if (failing.includes(name)) throw new StateError(`${name} failed`);
  };
  const leased: LeasedState = {
    leaseExpiresAt: 17,
    read: async () => {
      await call('read');
      return EMPTY_STATE;
    },
    async *deadLetters() {},
    digests: async () => [],
    holder: async () => undefined,
    append: async (commit) => {
      await call('append');
      appended.push(commit);
    },
    renew: () => call('renew'),
    release: () => call('release'),
  };
  return { leased, calls, appended };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => (error instanceof StateError ? error.message : expect.fail(String(error))),
  );
}

describe('a state writer', () => {
  it('appends commits and renews the lease one at a time, and releases it last', async () => {
    const { leased, calls, appended } = aLeasedState();
    const writer = await openStateWriter(leased);
    await Promise.all([writer.commit(CHANGES), writer.renew(), writer.commit([]), writer.release(), writer.release()]);
    const inTurn = ['read', 'append', 'renew', 'append', 'release'].flatMap((name) => [
      `${name} begins`,
      `${name} ends`,
    ]);
    expect(calls).to.deep.equal(inTurn);
    expect(appended.map(({ revision, changes }) => ({ revision, changes }))).to.deep.equal([
      { revision: 1, changes: CHANGES },
      { revision: 2, changes: [] },
    ]);
  });

  it('does not append a commit that the rules refuse, and accepts the next one', async () => {
    const { leased, appended } = aLeasedState();
    const writer = await openStateWriter(leased);
    expect(await failureOf(writer.commit([{ type: 'finish', id: 9, at: 0 }]))).to.include('no window 9');
    expect((await writer.commit(CHANGES)).revision).to.equal(1);
    expect(appended).to.have.length(1);
  });

  for (const failing of ['append', 'renew'] as const) {
    it(`writes nothing more after a failed ${failing}, and still releases the lease`, async () => {
      const { leased, calls } = aLeasedState(failing);
      const writer = await openStateWriter(leased);
      const first = failing === 'append' ? writer.commit(CHANGES) : writer.renew();
      expect(await failureOf(first)).to.equal(`${failing} failed`);
      calls.length = 0;
      expect(await failureOf(writer.commit(CHANGES))).to.equal(`${failing} failed`);
      expect(await failureOf(writer.renew())).to.equal(`${failing} failed`);
      expect((await writer.read()).revision).to.equal(0);
      await writer.release();
      expect(calls).to.deep.equal(['release begins', 'release ends']);
    });
  }

  it('releases the lease when the state cannot be read', async () => {
    const { leased, calls } = aLeasedState('read');
    expect(await failureOf(openStateWriter(leased))).to.equal('read failed');
    expect(calls.slice(-2)).to.deep.equal(['release begins', 'release ends']);
  });
});
