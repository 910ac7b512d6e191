import { expect } from 'chai';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');

interface Verified {
  readonly openDeadLetters: number;
  readonly streams: readonly {
    readonly stream: string;
    readonly sourceRecords: number;
    readonly delivered: number;
    readonly differences: readonly { readonly hour: string; readonly kind: string }[];
  }[];
}

describe('sluice verify', function () {
  this.timeout(60_000);
  let world: LangfuseWorld;

  before(async () => {
    world = await aLangfuseWorld();
  });
  after(() => world.end());

  async function verify(): Promise<{ readonly code: number | null; readonly result: Verified }> {
    const { code, out, err } = await world.sluice(['verify', PIPELINE, '--json']);
    expect(err).not.to.contain('bug');
    return { code, result: JSON.parse(out) as Verified };
  }

  it('has nothing to compare before the first run', async () => {
    const { code, err } = await world.sluice(['verify', PIPELINE]);
    expect(code).to.equal(2);
    expect(err).to.contain('has exported nothing yet');
  });

  it('accounts for every record after a run, and reads only', async () => {
    expect((await world.sluice(['run', PIPELINE])).code).to.equal(0);
    const requests = world.receiver.received().length;
    const { code, result } = await verify();
    expect(code).to.equal(0);
    const [{ count } = { count: 0 }] = await world.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM scores',
    );
    const scores = result.streams.find(({ stream }) => stream === 'score');
    expect(scores?.sourceRecords).to.equal(scores?.delivered);
    expect(scores?.sourceRecords).to.be.greaterThan(count / 2);
    expect(world.receiver.received()).to.have.length(requests);
    const { out } = await world.sluice(['verify', PIPELINE]);
    expect(out).to.contain('Every record of these hours is accounted for.');
  });

  it('finds and repairs hours with late and deleted rows', async () => {
    await world.query(`
      INSERT INTO traces (id, "timestamp", name, project_id, public, bookmarked, created_at, updated_at)
      SELECT 'imported', "timestamp", name, project_id, false, false, created_at, created_at
      FROM traces WHERE created_at < now() - interval '2 days' ORDER BY created_at LIMIT 1`);
    await world.query(`
      DELETE FROM scores WHERE id = (SELECT id FROM scores WHERE created_at < now() - interval '2 days' LIMIT 1)`);
    expect((await world.sluice(['run', PIPELINE])).code).to.equal(0);
    const { code, result } = await verify();
    expect(code).to.equal(1);
    const kinds = result.streams.flatMap(({ stream, differences }) =>
      differences.map(({ kind }) => `${stream} ${kind}`),
    );
    expect(kinds).to.deep.equal(['trace gap', 'score surplus']);

    const isImported = ({ properties }: { properties: object }) =>
      'langfuse_id' in properties && properties.langfuse_id === 'imported';
    expect(world.receiver.received().some(isImported)).to.equal(false);
    const repaired = await world.sluice(['verify', PIPELINE, '--repair', '--why', 'an import of March']);
    expect(repaired.code, repaired.err).to.equal(0);
    expect(repaired.out).to.contain('gap: records appeared in the source after their hour').and.to.contain('After:');
    expect(world.receiver.received().filter(isImported)).to.have.length(1);
    expect((await verify()).code).to.equal(0);
    const { out } = await world.sluice(['state', 'history', PIPELINE]);
    expect(out).to.contain('an import of March').and.to.contain('repair');
  });
});
