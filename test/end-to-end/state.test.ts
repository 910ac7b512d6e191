import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { expect } from 'chai';
import pg from 'pg';
import { aLangfuseWorld, PROJECT_KEY, shipped, type Finished, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');
const OTHER_KEY = 'phc_anotherkeyofours';

/** A database beside the world's, with Langfuse's tables and nothing in them. */
async function anEmptyDatabase(world: LangfuseWorld, name: string): Promise<string> {
  await world.query(`CREATE DATABASE ${name}`);
  const url = new URL(world.databaseUrl);
  url.pathname = `/${name}`;
  const client = new pg.Client(url.href);
  await client.connect();
  await client.query(LANGFUSE_SCHEMA_SQL);
  await client.end();
  return url.href;
}

async function rowsIn(world: LangfuseWorld): Promise<number> {
  const [row] = await world.query<{ rows: number }>(
    `SELECT ((SELECT count(*) FROM traces) + (SELECT count(*) FROM scores)
      + (SELECT count(*) FROM observations WHERE type = 'GENERATION'))::int AS rows`,
  );
  return row?.rows ?? 0;
}

function expectOptions({ code, err }: Finished): void {
  expect(code, err).to.equal(2);
  const options = ['undo the change', 'sluice state accept', 'sluice state rewind --to start', 'rename the pipeline'];
  for (const option of options) expect(err).to.contain(option);
  expect(err).not.to.match(/^\s+at .+:\d+:\d+\)?$/mu);
}

describe('a first run against an empty database', function () {
  this.timeout(120_000);

  it('exports everything once the address is corrected', async () => {
    const world = await aLangfuseWorld({ traces: 20 });
    try {
      const empty = await anEmptyDatabase(world, `empty_${process.pid}`);
      const first = await world.sluice(['run', PIPELINE], { environment: { LANGFUSE_DATABASE_URL: empty } });
      expect(first.code, first.err).to.equal(0);
      expect(world.receiver.received()).to.deep.equal([]);
      const { code, err } = await world.sluice(['run', PIPELINE]);
      expect(code, err).to.equal(0);
      expect(world.receiver.distinct()).to.have.length(await rowsIn(world));
    } finally {
      await world.end();
    }
  });
});

describe('a pipeline file that changed after events were accepted', function () {
  this.timeout(240_000);
  let world: LangfuseWorld;
  let state: string;
  let kept: string;
  let exported: number;
  let uuids: ReadonlySet<string>;

  before(async () => {
    world = await aLangfuseWorld({ traces: 20, receiver: { keys: [PROJECT_KEY, OTHER_KEY] } });
    const { code, err } = await world.sluice(['run', PIPELINE]);
    expect(code, err).to.equal(0);
    exported = world.receiver.received().length;
    uuids = new Set(world.receiver.received().map(({ uuid }) => uuid));
    expect(exported).to.equal(await rowsIn(world));
    state = join(world.directory, '.sluice');
    kept = join(world.directory, 'kept');
    cpSync(state, kept, { recursive: true });
  });

  beforeEach(() => {
    rmSync(state, { recursive: true });
    cpSync(kept, state, { recursive: true });
    world.receiver.reset();
  });

  after(() => world.end());

  /** What the receiver has got since the first run. */
  function sinceThen(): number {
    return world.receiver.received().length;
  }

  /** Created now: due at once for a pipeline file without `settle`. */
  async function aNewTrace(id: string): Promise<void> {
    await world.query(
      `INSERT INTO traces (id, project_id, name, "timestamp", created_at, updated_at)
        SELECT '${id}', project_id, 'new', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
          FROM traces LIMIT 1`,
    );
  }

  it('continues with another key once it is accepted', async () => {
    const environment = { POSTHOG_API_KEY: OTHER_KEY };
    expectOptions(await world.sluice(['run', PIPELINE], { environment }));
    const unsure = await world.sluice(['state', 'accept', PIPELINE], { environment });
    expect(unsure.code).to.equal(2);
    expect(unsure.err).to.contain('--yes').and.to.contain('project key with hash');
    const accepted = await world.sluice(['state', 'accept', PIPELINE, '--yes', '--why', 'a new project'], {
      environment,
    });
    expect(accepted.code, accepted.err).to.equal(0);
    expect(sinceThen()).to.equal(0);
    await aNewTrace('after-accepting');
    const file = world.pipelineFile((text) => text.replace(/^settle: .*$/mu, 'settle: 0s'));
    const run = await world.sluice(['run', file], { environment });
    expect(run.code, run.err).to.equal(0);
    expect(sinceThen()).to.equal(1);
    const { out } = await world.sluice(['state', 'history', PIPELINE, '--json']);
    const history = JSON.parse(out) as object[];
    expect(history).to.have.length(1);
    expect(history[0]).to.include({ what: 'accept', why: 'a new project' });
    expectOptions(await world.sluice(['run', PIPELINE]));
    await world.query(`DELETE FROM traces WHERE id = 'after-accepting'`);
  });

  it('refuses to accept a key that the destination does not know', async () => {
    const environment = { POSTHOG_API_KEY: 'phc_unknownkeyofnobody' };
    const accepted = await world.sluice(['state', 'accept', PIPELINE, '--yes'], { environment });
    expect(accepted.code, accepted.err).to.equal(1);
    const { code, err } = await world.sluice(['run', PIPELINE]);
    expect(code, err).to.equal(0);
  });

  it('continues with another host once it is accepted', async () => {
    const environment = { POSTHOG_HOST: world.receiver.url.replace('127.0.0.1', 'localhost') };
    expectOptions(await world.sluice(['run', PIPELINE], { environment }));
    expect((await world.sluice(['state', 'accept', PIPELINE, '--yes'], { environment })).code).to.equal(0);
    expect((await world.sluice(['run', PIPELINE], { environment })).code).to.equal(0);
    expect(sinceThen()).to.equal(0);
  });

  it('exports another database after a rewind to the start', async () => {
    const other = await anEmptyDatabase(world, `other_${process.pid}`);
    const environment = { LANGFUSE_DATABASE_URL: other };
    expectOptions(await world.sluice(['run', PIPELINE], { environment }));
    const rewound = await world.sluice(['state', 'rewind', PIPELINE, '--to', 'start', '--yes', '--json'], {
      environment,
    });
    expect(rewound.code, rewound.err).to.equal(0);
    const plan = JSON.parse(rewound.out) as { streams: { records: number }[] };
    expect(plan.streams.reduce((sum, { records }) => sum + records, 0)).to.equal(exported);
    expect((await world.sluice(['run', PIPELINE], { environment })).code).to.equal(0);
    // Nothing was accepted since, so that the right address counts at once, and everything goes again as itself.
    const { code, err } = await world.sluice(['run', PIPELINE]);
    expect(code, err).to.equal(0);
    expect(sinceThen()).to.equal(exported);
    expect(world.receiver.distinct()).to.have.length(exported);
  });

  it('names the backfill for an added project, and starts anew under another name', async () => {
    const [project] = await world.query<{ id: string }>('SELECT project_id AS id FROM traces LIMIT 1');
    const narrow = (text: string) => text.replace('projects: all', `projects: [${project?.id}]`);
    const file = world.pipelineFile(narrow);
    const refused = await world.sluice(['run', file]);
    expectOptions(refused);
    expect(refused.err).to.contain('added project').and.to.contain('sluice backfill');
    world.pipelineFile((text) => narrow(text).replace('pipeline: langfuse-to-posthog', 'pipeline: another-name'));
    const { code, err } = await world.sluice(['run', file]);
    expect(code, err).to.equal(0);
    expect(sinceThen()).to.be.greaterThan(0);
    for (const { uuid } of world.receiver.received()) expect(uuids).to.include(uuid);
  });

  it('continues as before once a changed start is undone', async () => {
    const file = world.pipelineFile((text) => text.replace(/^start: .*$/mu, 'start: 2026-01-01'));
    expectOptions(await world.sluice(['run', file]));
    const { code, err } = await world.sluice(['run', PIPELINE]);
    expect(code, err).to.equal(0);
    expect(sinceThen()).to.equal(0);
  });

  it('refuses to rewind to an unexported or invalid time', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const nothing = await world.sluice(['state', 'rewind', PIPELINE, '--to', later, '--yes']);
    expect(nothing.code).to.equal(2);
    expect(nothing.err).to.contain('nothing to rewind');
    const odd = await world.sluice(['state', 'rewind', PIPELINE, '--to', 'yesterday', '--yes']);
    expect(odd.code).to.equal(2);
    expect(odd.err).to.contain('2026-01-31');
  });

  it('shows the state for people and for programs', async () => {
    const { out } = await world.sluice(['state', 'show', PIPELINE]);
    expect(out).to.contain('handover').and.to.contain('first backfill  complete').and.to.contain('lease         free');
    const shown: unknown = JSON.parse((await world.sluice(['state', 'show', PIPELINE, '--json'])).out);
    expect(shown).to.have.property('streams').with.length(3);
    expect(shown)
      .to.have.nested.property('binding.handover')
      .that.matches(/^\d{4}-\d{2}-\d{2}T/u);
  });
});
