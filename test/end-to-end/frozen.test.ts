import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

const UTC = `(now() AT TIME ZONE 'UTC')`;

/** The shipped pipeline with another value of `frozen`, and without a rest for what is recent. */
function pipelineWith(world: LangfuseWorld, frozen: 'refuse' | 'finish'): string {
  const path = join(world.directory, `${frozen}.yaml`);
  const text = readFileSync(shipped('langfuse-to-posthog.yaml'), 'utf8');
  const mapping = shipped('mappings/langfuse-posthog.yaml');
  writeFileSync(
    path,
    text
      .replace('frozen: refuse', `frozen: ${frozen}`)
      .replace('settle: 30m', 'settle: 0s')
      .replace('mapping: mappings/langfuse-posthog.yaml', `mapping: ${mapping}`),
  );
  return path;
}

describe('a database that was upgraded to Langfuse v3', function () {
  this.timeout(120_000);
  let world: LangfuseWorld;

  before(async () => {
    world = await aLangfuseWorld({ traces: 30 });
    await world.query(`INSERT INTO scores (id, name, value, trace_id, source, project_id, created_at, updated_at)
      SELECT 'young', 'quality', 1, 'none', 'API', min(id), ${UTC} - interval '2 hours', ${UTC} - interval '2 hours'
      FROM projects`);
  });
  after(() => world.end());

  it('pauses the pipeline, is finished on demand, and then has ended', async () => {
    expect((await world.sluice(['run', pipelineWith(world, 'refuse')])).code).to.equal(0);
    // A change that nobody has exported yet, and then the upgrade.
    await world.query(`UPDATE scores SET value = 0.125, updated_at = ${UTC} WHERE id = 'young'`);
    await world.query('ALTER TABLE projects ADD COLUMN deleted_at timestamp(3)');

    const refused = await world.sluice(['run', pipelineWith(world, 'refuse')]);
    expect(refused.code).to.equal(1);
    expect(refused.err).to.contain('frozen: finish');

    const finished = await world.sluice(['run', pipelineWith(world, 'finish')]);
    expect(finished.code, finished.err).to.equal(0);
    expect(finished.out).to.contain('The source has ended');
    const values = world.receiver.distinct().map(({ properties }) => properties['langfuse_score_value']);
    expect(values).to.include(0.125);
    const requests = world.receiver.eventRequests.length;

    const again = await world.sluice(['run', pipelineWith(world, 'finish')]);
    expect(again.code).to.equal(0);
    expect(again.out).to.contain('The source has ended');
    expect(again.err.match(/the source has ended/g)).to.have.length(1);
    expect(world.receiver.eventRequests).to.have.length(requests);
  });
});
