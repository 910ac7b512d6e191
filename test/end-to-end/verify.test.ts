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

  it('compares with what PostHog has stored, and says what is missing there', async () => {
    const refused = await world.sluice(['verify', PIPELINE, '--destination']);
    expect(refused.code).to.equal(2);
    expect(refused.err).to.contain('project: { id: 12345');

    const file = world.pipelineFile((text) =>
      text.replace(
        /^    apiKey: .*$/mu,
        '$&\n    project: { id: 12345, personalApiKey: "${POSTHOG_PERSONAL_API_KEY}" }',
      ),
    );
    const compare = (...args: readonly string[]) =>
      world.sluice(['verify', file, '--destination', ...args], {
        environment: { POSTHOG_PERSONAL_API_KEY: 'phx_personal' },
      });
    const week = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
    const complete = await compare('--from', week);
    expect(complete.code, complete.err).to.equal(0);
    expect(complete.out)
      .to.contain('Every event of these hours has arrived.')
      .and.to.contain('queries to the destination');

    world.receiver.reset();
    const lost = await compare('--from', week, '--json');
    expect(lost.code).to.equal(1);
    const { events, causes } = JSON.parse(lost.out) as {
      readonly events: readonly { readonly expected: number; readonly missing: number }[];
      readonly causes: readonly { readonly code: string }[];
    };
    expect(events.map(({ missing }) => missing)).to.deep.equal(events.map(({ expected }) => expected));
    expect(causes[0]?.code).to.equal('quota');
    const { out, err } = await compare('--from', week);
    expect(out).to.contain('MISSING AT THE DESTINATION').and.to.contain('the latest events may still be on their way');
    expect(err).to.contain('--repair sends the missing events again, and no others');
    const early = await compare('--from', week, '--repair');
    expect(early.code).to.equal(2);
    expect(early.err).to.contain('repair after');
    const misused = await world.sluice(['verify', file, '--from', week]);
    expect(misused.code).to.equal(2);
    expect(misused.err).to.contain('can only be used with --destination');
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
