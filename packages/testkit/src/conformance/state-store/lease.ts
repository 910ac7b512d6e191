import { StateError, EMPTY_STATE } from '@sluice/core/state';
import { expect } from 'chai';
import { it } from 'mocha';
import { advance, aDeadLetter, aDigest, plan } from '../state-changes.js';
import { failureOf, idsOf, PIPELINE, type StateStoreSubject } from './subject.js';

export function describeLease(subject: StateStoreSubject): void {
  it('refuses a second writer and names the holder', async () => {
    await subject.acquire();
    const refused = await failureOf(subject.acquire(await subject.underTest.reopen()));
    expect(refused).to.be.instanceOf(StateError);
    expect(String(refused)).to.include(String(process.pid));
  });

  subject.test('tells who holds the lease, and when it is free', async (writer) => {
    const elsewhere = (await subject.underTest.reopen()).reader(PIPELINE);
    for (const reader of [writer, subject.reader, elsewhere]) {
      expect(await reader.holder()).to.include({ pid: process.pid });
    }
    await subject.release(writer);
    expect(await elsewhere.holder()).to.equal(undefined);
  });

  it('grants the lease to exactly one of many workers that ask at once', async () => {
    const stores = await Promise.all([1, 2, 3, 4, 5].map(() => subject.underTest.reopen()));
    const results = await Promise.allSettled(stores.map((store) => subject.acquire(store)));
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).to.be.instanceOf(StateError);
  });

  it('grants the lease to the next worker after a release', async () => {
    await subject.release(await subject.acquire());
    const writer = await subject.acquire(await subject.underTest.reopen());
    expect((await writer.commit([plan(1, 1_000, 2_000)])).windows).to.have.lengthOf(1);
  });

  subject.test('expires in the future, and not earlier after a renewal', async (writer) => {
    const { leaseExpiresAt } = writer;
    expect(leaseExpiresAt).to.be.greaterThan(0);
    await writer.renew();
    expect(writer.leaseExpiresAt).to.be.at.least(leaseExpiresAt);
    expect((await writer.commit([plan(1, 1_000, 2_000)])).revision).to.equal(1);
  });

  subject.test('refuses commits and renewals after the release, and ignores a second release', async (writer) => {
    await writer.release();
    expect(await failureOf(writer.commit([plan(1, 1_000, 2_000)]))).to.be.instanceOf(StateError);
    expect(await failureOf(writer.renew())).to.be.instanceOf(StateError);
    const next = await subject.acquire(await subject.underTest.reopen());
    await writer.release();
    expect(await next.holder()).to.include({ pid: process.pid });
    expect(await subject.reader.read()).to.deep.equal(EMPTY_STATE);
  });

  subject.test('is released only after the commits that were asked for before', async (writer) => {
    const commit = writer.commit([plan(1, 1_000, 2_000)]);
    await subject.release(writer);
    expect(await subject.readElsewhere()).to.deep.equal(await commit);
  });
}

/** Leases that expire while their worker is alive. */
export function describeExpiringLease(
  subject: StateStoreSubject,
  expireLease: (pipeline: string) => Promise<void>,
): void {
  it('grants an expired lease to another worker, which continues from the last commit', async () => {
    const state = await (await subject.acquire()).commit([plan(1, 1_000, 2_000)]);
    await expireLease(PIPELINE);
    expect(await subject.reader.holder()).to.equal(undefined);
    const successor = await subject.acquire(await subject.underTest.reopen());
    expect(await successor.read()).to.deep.equal(state);
    expect((await successor.commit([advance(1, 1)])).revision).to.equal(2);
  });

  it('refuses a commit after the lease was lost, and ignores the release', async () => {
    const frozen = await subject.acquire();
    await frozen.commit([plan(1, 1_000, 2_000)]);
    await expireLease(PIPELINE);
    const successor = await subject.acquire(await subject.underTest.reopen());
    const late = advance(1, 0, { deadLetters: [aDeadLetter('late')], digests: [aDigest(0, 'late')] });
    expect(await failureOf(frozen.commit([late]))).to.be.instanceOf(StateError);
    expect(await failureOf(frozen.renew())).to.be.instanceOf(StateError);
    await subject.release(frozen);
    expect(await successor.holder()).to.include({ pid: process.pid });
    expect(await subject.reader.read()).to.deep.equal(await successor.read());
    expect((await successor.read()).revision).to.equal(1);
    expect(await idsOf(subject.reader)).to.deep.equal([]);
    expect(await subject.reader.digests('trace', 0, 1)).to.deep.equal([]);
    expect((await successor.commit([advance(1, 2)])).revision).to.equal(2);
  });

  it('refuses a commit after the successor has released the lease', async () => {
    const frozen = await subject.acquire();
    await expireLease(PIPELINE);
    const successor = await subject.acquire(await subject.underTest.reopen());
    const state = await successor.commit([plan(1, 1_000, 2_000)]);
    await subject.release(successor);
    expect(await failureOf(frozen.renew())).to.be.instanceOf(StateError);
    expect(await failureOf(frozen.commit([plan(1, 1_000, 2_000)]))).to.be.instanceOf(StateError);
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });

  it('grants an expired lease to exactly one of many workers', async () => {
    await subject.acquire();
    await expireLease(PIPELINE);
    const stores = await Promise.all([1, 2, 3, 4, 5].map(() => subject.underTest.reopen()));
    const results = await Promise.allSettled(stores.map((store) => subject.acquire(store)));
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
  });
}
