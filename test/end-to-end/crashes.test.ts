import { setTimeout as delay } from 'node:timers/promises';
import { testRuns } from '@sluice/testkit';
import { expect } from 'chai';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

interface Report {
  readonly streams: Readonly<Record<string, { readonly repeats: { readonly resumed: number } }>>;
}

const PIPELINE = shipped('langfuse-to-posthog.yaml');

describe('sluice run, killed', function () {
  this.timeout(180_000);
  let world: LangfuseWorld;
  beforeEach(async () => {
    world = await aLangfuseWorld({ traces: 500 });
  });
  afterEach(() => world.end());

  const rounds = testRuns(6);
  it(`loses nothing and doubles nothing when it is killed, as it is here ${rounds}×`, async () => {
    let kills = 0;
    for (let round = 1; round <= rounds; round += 1) {
      const enough = world.receiver.eventRequests.length + (round % 3) + 1;
      const { signal } = await world.sluice(['run', PIPELINE], {
        kill: { signal: 'SIGKILL', when: () => world.receiver.eventRequests.length >= enough },
      });
      if (signal === 'SIGKILL') kills += 1;
    }
    expect(kills).to.equal(rounds);
    const { code, err } = await world.sluice(['run', PIPELINE]);
    expect(code, err).to.equal(0);
    const [row] = await world.query<{ rows: number }>(
      `SELECT ((SELECT count(*) FROM traces) + (SELECT count(*) FROM scores)
        + (SELECT count(*) FROM observations WHERE type = 'GENERATION'))::int AS rows`,
    );
    expect(world.receiver.distinct()).to.have.length(row?.rows ?? 0);
  });

  it('finishes what is in flight on SIGINT, saves the cursor and exits with 130', async () => {
    const { code, err } = await world.sluice(['run', PIPELINE, '--json'], {
      kill: { signal: 'SIGINT', when: once(() => world.receiver.eventRequests.length >= 3) },
    });
    expect(code, err).to.equal(130);
    expect(err).to.contain('finishing what is in flight');
    const before = world.receiver.received().length;
    const second = await world.sluice(['run', PIPELINE, '--json']);
    expect(second.code, second.err).to.equal(0);
    expect(world.receiver.received().length).to.be.greaterThan(before);
    // What a later batch had in flight behind one that was still waiting to be sent is repeated, and reported.
    const { streams } = JSON.parse(second.out) as Report;
    const resumed = Object.values(streams).reduce((sum, { repeats }) => sum + repeats.resumed, 0);
    expect(world.receiver.received().length - world.receiver.distinct().length).to.equal(resumed);
  });

  it('refuses a second run on the same state, naming the holder, with exit code 1', async () => {
    world.receiver.failNext({ kind: 'slow', delayMs: 3000 }, 1);
    const first = world.sluice(['run', PIPELINE]);
    while (world.receiver.eventRequests.length === 0) await delay(5);
    const second = await world.sluice(['run', PIPELINE]);
    expect(second.code).to.equal(1);
    expect(second.err);
    expect(second.err).to.match(/process \d+ on /);
    expect((await first).code).to.equal(0);
  });
});

/** True the first time that the condition holds, then never again. */
function once(condition: () => boolean): () => boolean {
  let told = false;
  return () => {
    if (told || !condition()) return false;
    told = true;
    return true;
  };
}
