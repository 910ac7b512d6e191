import { mkdirSync, rmdirSync } from 'node:fs';
import { FileStateStore } from '@sluice/file-state';
import { manualRuntime, recordingLogger } from '@sluice/testkit';
import { expect } from 'chai';
import { join } from 'node:path';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');
const DAY_MS = 86_400_000;

function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

interface ShownPlan {
  readonly streams: readonly {
    readonly stream: string;
    readonly windows: number;
    readonly records: number;
    readonly historicalEvents: number;
  }[];
  readonly history: { readonly before: string };
}

describe('sluice backfill', function () {
  this.timeout(120_000);
  const range = ['--from', dayBefore(20), '--to', dayBefore(5)] as const;
  let world: LangfuseWorld;
  let inRange: number;
  let exported: number;

  before(async () => {
    world = await aLangfuseWorld({ traces: 150 });
    await world.query('ANALYZE');
    const within = (column: string) =>
      `"${column}" >= '${range[1]}'::timestamp AND "${column}" < '${range[3]}'::timestamp`;
    const [row] = await world.query<{ rows: number }>(
      `SELECT ((SELECT count(*) FROM traces WHERE ${within('timestamp')})
        + (SELECT count(*) FROM scores WHERE ${within('timestamp')})
        + (SELECT count(*) FROM observations WHERE type = 'GENERATION' AND ${within('start_time')}))::int AS rows`,
    );
    inRange = row?.rows ?? 0;
    expect(inRange).to.be.greaterThan(150);
  });

  after(() => world.end());

  it('is refused before the first export', async () => {
    const { code, err } = await world.sluice(['backfill', PIPELINE, ...range]);
    expect(code).to.equal(2);
    expect(err).to.contain('run it first');
    expect((await world.sluice(['run', PIPELINE])).code).to.equal(0);
    exported = world.receiver.received().length;
  });

  it('plans without sending or writing', async () => {
    const state = async () => (await world.sluice(['state', 'show', PIPELINE, '--json'])).out;
    const before = await state();
    const { code, out, err } = await world.sluice(['backfill', PIPELINE, ...range, '--plan', '--json']);
    expect(code, err).to.equal(0);
    const plan = JSON.parse(out) as ShownPlan;
    expect(plan.streams.map(({ stream }) => stream)).to.deep.equal(['trace', 'generation', 'score']);
    // The planner's estimates are of the right size.
    const records = plan.streams.reduce((sum, each) => sum + each.records, 0);
    expect(records).to.be.within(inRange / 2, inRange * 2);
    for (const each of plan.streams) expect(each.windows).to.be.within(10, 24);
    const { out: text } = await world.sluice(['backfill', PIPELINE, ...range, '--plan']);
    expect(text).to.contain('historical_migration').and.to.contain('Expected to take');
    expect(await state()).to.equal(before);
    expect(world.receiver.received()).to.have.length(exported);
  });

  it('resumes after a kill, and sends everything under the same identity', async () => {
    const limit = world.receiver.received().length + inRange / 3;
    const kill = { signal: 'SIGKILL', when: () => world.receiver.received().length > limit } as const;
    const killed = await world.sluice(['backfill', PIPELINE, ...range, '--parallel', '3'], { kill });
    expect(killed.signal).to.equal('SIGKILL');
    const { out: left } = await world.sluice(['state', 'show', PIPELINE]);
    expect(left).to.contain('not complete');
    const { code, out, err } = await world.sluice(['backfill', PIPELINE, ...range, '--parallel', '3', '--json']);
    expect(code, err).to.equal(0);
    expect(JSON.parse(out)).to.include({ outcome: 'done', deadLetters: 0 });
    expect(err).to.contain('resuming an interrupted backfill');
    const again = world.receiver.received().slice(exported);
    const ids = new Set(again.map(({ event, uuid }) => `${event} ${uuid}`));
    expect(ids.size).to.equal(inRange);
    expect(world.receiver.distinct()).to.have.length(exported);
    const { out: shown } = await world.sluice(['state', 'show', PIPELINE]);
    expect(shown).not.to.contain('not complete');
  });

  it('exports only the given stream', async () => {
    const before = world.receiver.received().length;
    const { code, err } = await world.sluice(['backfill', PIPELINE, ...range, '--stream', 'score', '--why', 'a fix']);
    expect(code, err).to.equal(0);
    const names = new Set(
      world.receiver
        .received()
        .slice(before)
        .map(({ event }) => event),
    );
    expect([...names]).to.deep.equal(['langfuse score']);
    const { out } = await world.sluice(['state', 'history', PIPELINE]);
    expect(out).to.contain('why: a fix');
  });

  it('refuses while another process holds the lease, and names that process', async () => {
    const store = new FileStateStore(join(world.directory, '.sluice'), {
      logger: recordingLogger(),
      runtime: manualRuntime(),
    });
    const writer = await store.acquire('langfuse-to-posthog');
    try {
      const { code, err } = await world.sluice(['backfill', PIPELINE, ...range]);
      expect(code).to.equal(1);
      expect(err).to.contain(`process ${process.pid}`).and.to.contain('for the time of the backfill');
      const rewound = await world.sluice(['state', 'rewind', PIPELINE, '--to', 'start', '--yes']);
      expect(rewound.code).to.equal(1);
      expect(rewound.err).to.contain(`process ${process.pid}`);
    } finally {
      await writer.release();
    }
  });

  it('does not speak of another process when the state cannot be written', async () => {
    const holder = join(world.directory, '.sluice', 'langfuse-to-posthog', 'holder.json');
    mkdirSync(holder);
    const { code, err } = await world.sluice(['backfill', PIPELINE, ...range]);
    rmdirSync(holder);
    expect(code).to.equal(1);
    expect(err).to.contain('cannot lock').and.not.to.contain('for the time of the backfill');
  });

  for (const [mistake, args, word] of [
    ['a date that is none', ['--from', '2026-02-30', '--to', '2026-03-01'], '--from 2026-02-30'],
    ['a time without a zone', ['--from', '2026-02-01T09:00', '--to', '2026-03-01'], 'with its zone'],
    ['an end before the begin', ['--from', '2026-03-01', '--to', '2026-02-01'], 'is empty'],
    ['no end', ['--from', '2026-03-01'], 'to'],
    ['a misspelt stream', [...range, '--stream', 'scores'], 'did you mean `score`?'],
    ['too many at a time', [...range, '--parallel', '100'], 'from 1 to 16'],
  ] as const) {
    it(`says what is wrong with ${mistake}`, async () => {
      const { code, err } = await world.sluice(['backfill', PIPELINE, ...args]);
      expect(code).to.equal(2);
      expect(err).to.contain(word);
    });
  }
});
