import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { testRuns, testsInTurn } from '@sluice/testkit';
import { expect } from 'chai';
import pg from 'pg';
import type { Finished, LangfuseWorld } from '../end-to-end/langfuse-world.js';
import { aStateWorld, expectClear, expectComplete, once, pipelineWithState, until } from './a-state-world.js';

const NAME = 'langfuse-to-posthog';
/** A short lease, so that no test waits long for that of a dead worker. */
const STATE = '{ use: postgres, with: { url: "${SLUICE_STATE_DATABASE_URL}", leaseSeconds: 5 } }';

describe('sluice run with its state in Postgres', function () {
  this.timeout(180_000);
  let server: EmbeddedPostgres;
  let stateUrl: string;
  let databases = 0;
  let world: LangfuseWorld;
  let pipeline: string;
  before(async () => {
    server = await startEmbeddedPostgres({ serverUrl: '', databaseName: 'template_state' });
  });
  after(() => server.stop());
  beforeEach(async () => {
    databases += 1;
    stateUrl = await server.createDatabase(`state_${databases}`);
    world = await aStateWorld(150);
    pipeline = pipelineWithState(world, STATE);
  });
  afterEach(() => world.end());

  function sluice(args: readonly string[], options: Parameters<LangfuseWorld['sluice']>[1] = {}): Promise<Finished> {
    const environment = { SLUICE_STATE_DATABASE_URL: stateUrl, ...options.environment };
    return world.sluice(args, { ...options, environment });
  }

  /** Runs while the state is held, which is refused, and again when it is free. */
  async function runUntilDone(): Promise<Finished> {
    for (;;) {
      const finished = await sluice(['run', pipeline]);
      if (!finished.err.includes('is in use by')) return finished;
      expect(finished.code).to.equal(1);
      expectClear(finished, /in use by process \d+ on .+ since .+, until .+ unless it renews the lease/);
      await query('SELECT pg_sleep(extract(epoch FROM max(held_until) - clock_timestamp())) FROM sluice.pipelines');
    }
  }

  async function query<Row>(text: string): Promise<readonly Row[]> {
    const client = new pg.Client(stateUrl);
    await client.connect();
    try {
      return (await client.query(text)).rows as readonly Row[];
    } finally {
      await client.end();
    }
  }

  async function holder(): Promise<number> {
    const [row] = await query<{ pid: number }>(`SELECT holder_pid AS pid FROM sluice.pipelines WHERE name = '${NAME}'`);
    return row?.pid ?? 0;
  }

  const killedOrFrozen = testsInTurn(2);

  it('keeps the whole state there, so that a second run sends nothing', async () => {
    const first = await sluice(['run', pipeline]);
    expect(first.code, first.err).to.equal(0);
    await expectComplete(world);
    const sent = world.receiver.received().length;
    const second = await sluice(['run', pipeline]);
    expect(second.code, second.err).to.equal(0);
    expect(world.receiver.received()).to.have.length(sent);
    const checked = await sluice(['check', pipeline]);
    expect(checked.out)
      .to.match(/✓ state readable: .*\d+ commits/)
      .and.to.match(/✓ state writable/);
    expect(await holder()).to.equal(0);
  });

  killedOrFrozen('loses and duplicates nothing when it is killed, and other runs wait for its lease', async () => {
    for (let round = 1; round <= testRuns(3); round += 1) {
      const enough = world.receiver.eventRequests.length + 2;
      await sluice(['run', pipeline], {
        kill: { signal: 'SIGKILL', when: () => world.receiver.eventRequests.length >= enough },
      });
    }
    const { code, err } = await runUntilDone();
    expect(code, err).to.equal(0);
    await expectComplete(world);
  });

  killedOrFrozen(
    'sends and saves nothing when it was frozen past its lease and another run has taken over',
    async () => {
      // It waits to retry a request while it is frozen, and tries to send again as soon as it wakes up.
      world.receiver.failNext({ kind: 'status', status: 503, retryAfter: '3' }, 1);
      let refusedAt = Number.POSITIVE_INFINITY;
      const refused = () => {
        const isRefused = world.receiver.eventRequests.some(({ status }) => status === 503);
        if (isRefused) refusedAt = Math.min(refusedAt, Date.now());
        return Date.now() - refusedAt > 500;
      };
      let [isFrozen, isWoken] = [false, false];
      const frozen = sluice(['run', pipeline], {
        kill: { signal: 'SIGSTOP', when: () => !isWoken && (isFrozen ||= refused()) },
      });
      await until(() => isFrozen);
      const pid = await holder();
      const successor = await runUntilDone();
      expect(successor.code, successor.err).to.equal(0);
      await expectComplete(world);
      const before = await query('SELECT * FROM sluice.state_parts ORDER BY part, place');
      const sent = world.receiver.eventRequests.length;
      isWoken = true;
      process.kill(pid, 'SIGCONT');
      const woken = await frozen;
      expect(woken.code).to.equal(1);
      expectClear(woken, /the lease on the state (of .* is lost|has expired)/);
      expect(world.receiver.eventRequests).to.have.length(sent);
      expect(await query('SELECT * FROM sluice.state_parts ORDER BY part, place')).to.deep.equal(before);
      await expectComplete(world);
    },
  );

  it('continues when the server of its state restarts', async () => {
    const restart = once(() => world.receiver.eventRequests.length >= 2);
    let restarted: Promise<void> | undefined;
    const watch = setInterval(() => {
      if (restart()) restarted = server.restart();
    }, 1);
    const { code, err } = await sluice(['run', pipeline]).finally(() => clearInterval(watch));
    await restarted;
    expect(restarted).not.to.equal(undefined);
    expect(code, err).to.equal(0);
    await expectComplete(world);
  });

  it('does not start when the database of its state is down, and says so', async () => {
    const down = new URL(stateUrl);
    down.port = '1';
    const finished = await sluice(['run', pipeline], { environment: { SLUICE_STATE_DATABASE_URL: down.href } });
    expect(finished.code).to.equal(1);
    expectClear(finished, 'cannot open the state in 127.0.0.1:1/', 'ECONNREFUSED', 'is the database of the state up');
    expect(world.receiver.eventRequests).to.have.length(0);
  });

  it('reports a wrong option and a wrong URL before anything runs', async () => {
    const wrong = await sluice(['run', pipeline], { environment: { SLUICE_STATE_DATABASE_URL: 'mysql://u:pw@h/d' } });
    expect(wrong.code).to.equal(2);
    expectClear(wrong, 'must start with postgres://');
    const misspelt = await sluice(['run', pipelineWithState(world, STATE.replace('leaseSeconds', 'leaseSecs'))]);
    expect(misspelt.code).to.equal(2);
    expectClear(misspelt, 'leaseSecs', 'leaseSeconds');
  });
});
