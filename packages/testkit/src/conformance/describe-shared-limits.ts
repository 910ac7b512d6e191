import type { SharedStateWriter } from '@sluice/core/state';
import { expect } from 'chai';
import { it } from 'mocha';
import { plan } from './state-changes.js';
import { PIPELINE } from './state-store/subject.js';

interface SharedLimitsOptions {
  /** Another worker of the pipeline. */
  readonly join: () => Promise<SharedStateWriter>;
  readonly expireWorker: (pipeline: string, worker: number) => Promise<void>;
}

/** What workers share of a destination: its back-off, the largest request that it takes, and its pace. */
export function describeSharedLimits({ join, expireWorker }: SharedLimitsOptions): void {
  it('makes all workers back off when the destination asks one of them to wait', async () => {
    const [asked, committing, renewing, late] = [await join(), await join(), await join(), await join()];
    await asked.backOff(60_000);
    await asked.backOff(20_000);
    // Less what has passed by the store's clock meanwhile, and nobody knows before the state has told it.
    expect(asked.backOffMs).to.be.within(40_000, 60_000);
    expect(committing.backOffMs).to.equal(0);
    await committing.commit([plan(1, 0, 1_000, 'trace', { purpose: 'first-backfill', claim: committing.worker })]);
    await renewing.renew();
    await late.refresh();
    for (const { backOffMs } of [committing, renewing, late, await join()]) {
      expect(backOffMs).to.be.within(40_000, 60_000);
    }
    await late.backOff(90_000);
    expect(late.backOffMs).to.be.within(70_000, 90_000);
  });

  it('tells all workers the lowest ceiling of a request that one of them has learned', async () => {
    const [learned, committing, renewing, late] = [await join(), await join(), await join(), await join()];
    await learned.lowerCeiling(50_000);
    await learned.lowerCeiling(80_000);
    const before = [learned, committing, renewing, late].map(({ ceilingBytes }) => ceilingBytes);
    expect(before).to.deep.equal([50_000, Infinity, Infinity, Infinity]);
    await committing.commit([plan(1, 0, 1_000, 'trace', { purpose: 'first-backfill', claim: committing.worker })]);
    await renewing.renew();
    await late.refresh();
    const told = [committing, renewing, late, await join()].map(({ ceilingBytes }) => ceilingBytes);
    expect(told).to.deep.equal([50_000, 50_000, 50_000, 50_000]);
    await late.lowerCeiling(30_000);
    await late.release();
    await learned.refresh();
    expect([learned.ceilingBytes, (await join()).ceilingBytes]).to.deep.equal([30_000, 30_000]);
  });

  it('forgets the ceiling of a request when nobody lives any more', async () => {
    const [left, frozen] = [await join(), await join()];
    await left.lowerCeiling(50_000);
    await left.release();
    await expireWorker(PIPELINE, frozen.worker);
    expect((await join()).ceilingBytes).to.equal(Infinity);
  });

  it('makes all workers wait for one pace', async () => {
    const [a, b] = [await join(), await join()];
    const waits = [await a.pace(50, 10), await b.pace(20, 10), await a.pace(1, 10)];
    // Less what has passed by the store's clock meanwhile.
    expect(waits[0]).to.be.at.most(5);
    expect(waits[1]).to.be.within(1_000, 5_000);
    expect(waits[2]).to.be.within(3_000, 7_000);
  });
}
