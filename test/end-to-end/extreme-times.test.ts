import { testRuns } from '@sluice/testkit';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

const CROWD = testRuns(50_000);

/** Thousands of traces of one moment, and one each from long ago, from far ahead and from two seconds ahead. */
const ROWS = `
  INSERT INTO traces (id, project_id, "timestamp", created_at, updated_at)
  SELECT 'crowd-' || n, 'project-1', moment, moment, moment
  FROM generate_series(1, ${CROWD}) AS n,
    (SELECT date_trunc('hour', now() AT TIME ZONE 'UTC') - interval '3 hours' AS moment) AS one;
  INSERT INTO traces (id, project_id, "timestamp", created_at, updated_at)
  SELECT id, 'project-1', at, moment, moment
  FROM (SELECT (now() AT TIME ZONE 'UTC') - interval '2 hours' AS moment) AS one,
    (VALUES ('ancient', timestamp '1970-01-01'), ('far', timestamp '9999-12-31 23:59:59.999'),
      ('near', (now() AT TIME ZONE 'UTC') + interval '2 seconds')) AS dated (id, at)`;

describe('traces of extreme times, and many of one moment', function () {
  this.timeout(240_000);
  let world: LangfuseWorld;

  before(async () => {
    world = await aLangfuseWorld({ traces: 0 });
    await world.query(`INSERT INTO projects (id, name, org_id) SELECT 'project-1', 'First', id FROM organizations LIMIT 1
      ON CONFLICT DO NOTHING`);
    await world.query(ROWS);
    await world.query('ANALYZE traces');
  });
  after(() => world.end());

  it('are each delivered once through jsonl, in few windows', async () => {
    const path = join(world.directory, 'events.jsonl');
    const { code, out, err } = await world.sluice(['run', shipped('langfuse-to-jsonl.yaml'), '--json'], {
      environment: { EVENTS_FILE: path },
    });
    expect(code, err).to.equal(0);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).to.have.length(CROWD + 3);
    expect(new Set(lines).size).to.equal(CROWD + 3);
    const report = JSON.parse(out) as { readonly windows: number; readonly streams: { trace: { read: number } } };
    expect(report.streams.trace.read).to.equal(CROWD + 3);
    expect(report.windows).to.be.lessThan(20);
  });

  it('are delivered through posthog but for the one dated 9999, which is a dead letter', async () => {
    const { code, out, err } = await world.sluice(['run', shipped('langfuse-to-posthog.yaml'), '--json']);
    expect(code, err).to.equal(3);
    expect(JSON.parse(out)).to.include({ deadLetters: 1 });
    expect(world.receiver.received()).to.have.length(CROWD + 2);
    expect(world.receiver.distinct()).to.have.length(CROWD + 2);
    const letters = await world.sluice(['dead-letters', 'list', shipped('langfuse-to-posthog.yaml'), '--json']);
    expect(letters.out).to.contain('future-timestamp').and.contain('far');
  });
});
