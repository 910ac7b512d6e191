import { keySums } from '@sluice/core/source';
import { StateError, HOUR_MS, NO_COUNTS, type StateChange, type StateWriter } from '@sluice/core/state';
import { recordingLogger } from '@sluice/testkit';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import { aCuttingProxy, type Cut, type CuttingProxy } from './cutting-proxy.js';
import { failureOf } from './failure-of.js';
import { aClient, anEmptyDatabase, aStore } from './state-database.js';

const window = { stream: 'trace', axis: 'change', from: 0, until: HOUR_MS, revisitMs: 0 } as const;
const PLAN: StateChange = { type: 'plan', id: 1, purpose: 'following', window, at: 0 };

/** An advance by one record with a dead letter and a digest, which show a commit that was done twice. */
function advance(number: number): StateChange {
  const letter = { id: `1-${number}`, stream: 'trace', key: 'k', reason: 'r', detail: 'd', mapping: 'm', at: 1 };
  return {
    type: 'advance',
    id: 1,
    mapping: 'm',
    cursor: String(number),
    counts: { ...NO_COUNTS, read: 1, deadLetteredRecords: 1 },
    deadLetters: [{ ...letter, attempts: 1 }],
    digests: [{ hour: 0, delivered: 0, filtered: 0, deadLettered: 1, sums: keySums([String(number)]) }],
    at: 1,
  };
}

/** The state, the dead letters and the digest have every commit, once. */
async function expectComplete(url: string, commits: number): Promise<void> {
  const numbers = Array.from({ length: commits }, (_, index) => String(index + 1));
  const reader = aStore(url).reader('p');
  const state = await reader.read();
  expect(state).to.include({ revision: commits + 1, openDeadLetters: commits });
  const ids: string[] = [];
  for await (const { id } of reader.deadLetters()) ids.push(id);
  expect(ids).to.deep.equal(numbers.map((number) => `1-${number}`));
  const [digest] = await reader.digests('trace', 0, 1);
  expect(digest).to.deep.equal({ hour: 0, delivered: 0, filtered: 0, deadLettered: commits, sums: keySums(numbers) });
}

describe('a connection that is cut', () => {
  let url: string;
  let proxy: CuttingProxy;
  let writer: StateWriter;
  let logger: ReturnType<typeof recordingLogger>;
  beforeEach(async () => {
    ({ url } = await anEmptyDatabase());
    proxy = await aCuttingProxy(url);
    logger = recordingLogger();
    writer = await aStore(proxy.url, { logger }).acquire('p');
    await writer.commit([PLAN]);
  });
  afterEach(async () => {
    await writer.release();
    await proxy.close();
  });

  /** On one machine with one clock, the worker must not believe in a later end than the database has granted. */
  async function expectHeld(): Promise<void> {
    const client = await aClient(url);
    const { rows } = await client.query<{ until: string }>(
      'SELECT extract(epoch FROM held_until) * 1000 AS until FROM sluice.pipelines',
    );
    expect(writer.leaseExpiresAt).to.be.at.most(Number(rows[0]?.until)).and.at.least(Date.now());
  }

  const cuts: readonly Cut[] = ['before the server has it', 'after the server has done it'];
  for (const cut of cuts) {
    it(`at a COMMIT, ${cut}, leads to exactly one commit`, async () => {
      proxy.cutNext(cut);
      const state = await writer.commit([advance(1)]);
      expect(proxy.cuts).to.equal(1);
      expect(state.revision).to.equal(2);
      await expectHeld();
      expect(logger.lines.filter(({ level }) => level === 'warn')).to.have.length(1);
      await writer.commit([advance(2)]);
      await expectComplete(url, 2);
    });

    it(`at a COMMIT that closes a dead letter, ${cut}, closes it once`, async () => {
      await writer.commit([advance(1)]);
      proxy.cutNext(cut, 2);
      const attribution = { at: 1, by: 'ada@ops-1' };
      const state = await writer.commit([{ type: 'close-dead-letters', ids: ['1-1'], how: 'discarded', attribution }]);
      expect(state.openDeadLetters).to.equal(0);
      expect(state.history).to.have.length(1);
      await expectHeld();
      expect(await aStore(url).reader('p').read()).to.deep.equal(state);
    });

    it(`at a renewal, ${cut}, keeps the lease`, async () => {
      proxy.cutNext(cut);
      await writer.renew();
      expect(proxy.cuts).to.equal(1);
      await expectHeld();
      expect((await writer.commit([advance(1)])).revision).to.equal(2);
    });
  }

  for (const cut of cuts) {
    it(`at a release, ${cut}, leaves no lease behind`, async () => {
      proxy.cutNext(cut);
      await writer.release();
      expect(proxy.cuts).to.equal(1);
      const successor = await aStore(url).acquire('p');
      expect(logger.lines.filter(({ level }) => level === 'warn')).to.deep.equal([]);
      await successor.release();
    });
  }

  it('several times in a row is retried until it works', async () => {
    proxy.cutNext('before the server has it', 4);
    expect((await writer.commit([advance(1)])).revision).to.equal(2);
    expect(proxy.cuts).to.equal(4);
    await expectComplete(url, 1);
  });
});

describe('a database that does not answer', () => {
  it('stops the worker when its lease may have expired, and the next one continues from the last commit', async function () {
    this.timeout(30_000);
    const { url } = await anEmptyDatabase();
    const proxy = await aCuttingProxy(url);
    const writer = await aStore(proxy.url, { leaseSeconds: 2 }).acquire('p');
    await writer.commit([PLAN]);
    await writer.commit([advance(1)]);
    await proxy.close();
    const error = await failureOf(writer.commit([advance(2)]));
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.match(/^cannot write the state in 127\.0\.0\.1:\d+\/state_\d+: connect ECONNREFUSED/);
    expect(error.message).to.match(/is the database of the state up, .*\? Unsaved work is exported again$/);
    expect((await failureOf(writer.commit([advance(2)]))).message).to.equal(error.message);
    await writer.release();
    const successor = await untilFree(() => aStore(url).acquire('p'));
    await successor.commit([advance(2)]);
    await successor.release();
    await expectComplete(url, 2);
  });

  it('stops the worker when the connection stays silent', async function () {
    this.timeout(30_000);
    const { url } = await anEmptyDatabase();
    const proxy = await aCuttingProxy(url);
    const limits = { leaseSeconds: 2, statementTimeoutSeconds: 1, connectTimeoutSeconds: 1 };
    const writer = await aStore(proxy.url, limits).acquire('p');
    await writer.commit([PLAN]);
    proxy.swallow(true);
    expect(await failureOf(writer.commit([advance(1)]))).to.be.instanceOf(StateError);
    await proxy.close();
    await writer.release();
    expect((await aStore(url).reader('p').read()).revision).to.equal(1);
  });

  it('fails at the start with what to do', async () => {
    const store = aStore('postgres://sluice:secret@127.0.0.1:1/state');
    for (const error of [await failureOf(store.acquire('p')), await failureOf(store.reader('p').read())]) {
      expect(error).to.be.instanceOf(StateError);
      expect(error.message)
        .to.include('127.0.0.1:1/state')
        .and.to.match(/is the database of the state up, .*\?$/);
      expect(error.message).not.to.include('secret');
    }
  });

  it('is distinguished from a wrong password, an unknown database and a server without TLS', async () => {
    const { url } = await anEmptyDatabase();
    const cases = [
      [(changed: URL) => (changed.password = 'wrong'), 'check user, password and sslmode in url'],
      [(changed: URL) => (changed.pathname = '/no_such'), 'there is no such database'],
      [(changed: URL) => (changed.search = '?sslmode=require'), 'correct sslmode'],
    ] as const;
    for (const [change, advice] of cases) {
      const changed = new URL(url);
      change(changed);
      const error = await failureOf(aStore(changed.href).acquire('p'));
      expect(error).to.be.instanceOf(StateError);
      expect(error.message).to.include(advice);
    }
  });
});

describe('a server that restarts while workers commit', () => {
  it('loses and duplicates no commit', async function () {
    this.timeout(60_000);
    const server = await startEmbeddedPostgres({ serverUrl: '', databaseName: 'state' });
    try {
      const writer = await aStore(server.url).acquire('p');
      await writer.commit([PLAN]);
      const done = new AbortController();
      const committing = (async () => {
        let number = 0;
        while (!done.signal.aborted) await writer.commit([advance((number += 1))]);
        return number;
      })();
      for (let restart = 1; restart <= 3; restart += 1) {
        await committed(server.url, restart * 10);
        await server.restart();
      }
      await committed(server.url, 40);
      done.abort();
      await expectComplete(server.url, await committing);
      await writer.release();
    } finally {
      await server.stop();
    }
  });
});

describe('a worker that is frozen in the middle of a commit', () => {
  it('does not block its successor for long, and changes nothing', async function () {
    this.timeout(30_000);
    const { url } = await anEmptyDatabase();
    const proxy = await aCuttingProxy(url);
    const limits = { leaseSeconds: 2, statementTimeoutSeconds: 1, connectTimeoutSeconds: 1 };
    const writer = await aStore(proxy.url, limits).acquire('p');
    await writer.commit([PLAN]);
    // To the server, a frozen worker is a transaction that has locked the row and goes silent.
    proxy.cutNext('never: it goes silent');
    const frozen = failureOf(writer.commit([advance(1)]));
    const successor = await untilFree(() => aStore(url).acquire('p'));
    expect((await successor.read()).revision).to.equal(1);
    const error = await frozen;
    expect(error).to.be.instanceOf(StateError);
    expect(error.message).to.match(/lease .* is lost: .* process \d+ on .* has it now/);
    await successor.commit([advance(1)]);
    await Promise.all([successor.release(), writer.release()]);
    await proxy.close();
    await expectComplete(url, 1);
  });
});

async function untilFree(acquire: () => Promise<StateWriter>): Promise<StateWriter> {
  for (;;) {
    try {
      return await acquire();
    } catch (error) {
      if (!(error instanceof StateError) || !error.message.includes('is in use by')) throw error;
    }
  }
}

async function committed(url: string, revision: number): Promise<void> {
  while ((await aStore(url).reader('p').read()).revision < revision);
}
