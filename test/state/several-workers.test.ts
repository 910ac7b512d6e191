import { setTimeout as delay } from 'node:timers/promises';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import pg from 'pg';
import { aLangfuseWorld, type LangfuseWorld, type LaunchedSluice } from '../end-to-end/langfuse-world.js';
import { expectClear, expectComplete, until } from './a-state-world.js';

const LEASE_SECONDS = 4;
const STATE = `{ use: postgres, with: { url: "\${STATE_URL}", lease: window, leaseSeconds: ${LEASE_SECONDS} } }`;

interface Claim {
  readonly id: number;
  readonly claim: number;
}

describe('three processes that share a pipeline', function () {
  this.timeout(180_000);
  let world: LangfuseWorld;
  let client: pg.Client;
  let pipeline: string;
  let isSlow = true;
  let environment: Readonly<Record<string, string>>;
  before(async () => {
    const url = await createSharedDatabase('several_workers');
    environment = { STATE_URL: url };
    client = new pg.Client(url);
    await client.connect();
    world = await aLangfuseWorld({
      traces: 80,
      receiver: { faultFor: () => (isSlow ? { kind: 'slow', delayMs: 1500 } : undefined) },
    });
    pipeline = world.pipelineFile((text) =>
      text
        .replace(/^state: .*$/m, () => `state: ${STATE}`)
        .concat('\nmaxWindow: 1d\ndelivery: { maxEvents: 5, maxInFlight: 1 }\n'),
    );
  });
  after(async () => {
    await client.end();
    await world.end();
  });

  async function rows<Row>(text: string): Promise<readonly Row[]> {
    return client.query(text).then(
      (result) => result.rows as readonly Row[],
      () => [], // No table yet.
    );
  }

  /** The open windows and who has claimed them, by the process's id. */
  async function claims(): Promise<readonly (Claim & { readonly pid: number | null })[]> {
    return rows(
      `SELECT (value->>'id')::int AS id, (value->>'claim')::int AS claim, pid
       FROM sluice.state_parts AS part LEFT JOIN sluice.workers ON worker = (value->>'claim')::bigint
       WHERE part.part = 'windows' AND value->>'status' = 'open'`,
    );
  }

  it('deliver every record once, although one is killed and one is frozen and wakes', async () => {
    // They begin at the same time, when all have joined.
    await world.query('BEGIN; LOCK TABLE traces, observations, scores IN ACCESS EXCLUSIVE MODE');
    const started = [1, 2, 3].map(() => world.launch(['run', pipeline], environment));
    await within(90, async () => (await rows('SELECT FROM sluice.workers')).length === 3);
    await world.query('COMMIT');
    await within(60, async () => new Set((await claims()).map(({ pid }) => pid)).size === 3);
    const pids = [...new Set((await claims()).map(({ pid }) => pid ?? 0))];
    const [killed = 0, frozen = 0] = pids;
    process.kill(frozen, 'SIGSTOP');
    process.kill(killed, 'SIGKILL');
    // Now the third has time to look after the others.
    isSlow = false;
    const lost = (await claims()).filter(({ pid }) => pid === killed || pid === frozen);
    expect(new Set(lost.map(({ pid }) => pid)).size).to.equal(2);
    const stoppedAt = Date.now();
    const left = new Map(lost.map(({ id, claim }) => [id, claim]));
    await within(30, async () => {
      const now = new Map((await claims()).map(({ id, claim }) => [id, claim]));
      for (const [id, claim] of left) if (now.get(id) !== claim) left.delete(id);
      return left.size === 0;
    });
    const tookMs = Date.now() - stoppedAt;
    console.log(`      ${lost.length} windows of two workers were taken over within ${tookMs} ms`);

    const living = await firstToEnd(started);
    expect(living.code, living.err).to.equal(0);
    await expectComplete(world);
    const sent = world.receiver.eventRequests.length;
    const before = await rows('SELECT * FROM sluice.state_parts ORDER BY part, place');
    process.kill(frozen, 'SIGCONT');
    const ended = await Promise.all(started.map((each) => each.ended));
    const woken = ended.find(({ code }) => code === 1);
    expectClear(woken ?? { err: '', out: '' }, /the lease (of worker \d+ .* is lost|on the state has expired)/);
    expect(world.receiver.eventRequests).to.have.length(sent);
    expect(await rows('SELECT * FROM sluice.state_parts ORDER BY part, place')).to.deep.equal(before);

    const [total] = await rows<{ accepted: number }>(
      `SELECT sum((counts.value->>'accepted')::int)::int AS accepted
       FROM sluice.state_parts AS part, json_each(part.value) AS counts(stream, value) WHERE part.part = 'totals'`,
    );
    expect(total?.accepted).to.equal(world.receiver.distinct().length);
    const verified = await world.sluice(['verify', pipeline], { environment });
    expect(verified.code, verified.out + verified.err).to.equal(0);
  });
});

async function within(seconds: number, condition: () => Promise<boolean>): Promise<void> {
  const lastAt = Date.now() + seconds * 1000;
  await until(async () => {
    await delay(100);
    if (Date.now() > lastAt) throw new Error(`not within ${seconds} s`);
    return condition();
  });
}

/** How the process ended that did so first by itself. */
async function firstToEnd(started: readonly LaunchedSluice[]) {
  return Promise.any(
    started.map(async ({ ended }) => {
      const finished = await ended;
      if (finished.signal !== null) throw new Error('it was killed');
      return finished;
    }),
  );
}
