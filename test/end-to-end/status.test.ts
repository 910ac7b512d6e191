import { FileStateStore } from '@sluice/file-state';
import { manualRuntime, recordingLogger } from '@sluice/testkit';
import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aLangfuseWorld, shipped, type LangfuseWorld } from './langfuse-world.js';

const PIPELINE = shipped('langfuse-to-posthog.yaml');

interface Shown {
  readonly pipeline: string;
  readonly health: string;
  readonly troubles: readonly string[];
  readonly lagSeconds: number;
  readonly clock: { readonly of: string; readonly because?: string };
  readonly holder?: { readonly pid: number };
  readonly streams: readonly { readonly stream: string; readonly counts: { readonly accepted: number } }[];
}

describe('sluice status', function () {
  this.timeout(120_000);
  let world: LangfuseWorld;

  before(async () => {
    world = await aLangfuseWorld({ traces: 20 });
  });

  after(() => world.end());

  async function status(...args: readonly string[]): Promise<{ readonly code: number | null; readonly shown: Shown }> {
    const { code, out, err } = await world.sluice(['status', PIPELINE, '--json', ...args]);
    const [shown] = JSON.parse(out || 'null') as readonly Shown[];
    if (!shown) throw new Error(err);
    return { code, shown };
  }

  it('exits with 1 before the first run and with 0 after it', async () => {
    const before = await status();
    expect([before.code, before.shown.health]).to.deep.equal([1, 'unhealthy']);
    expect((await world.sluice(['run', PIPELINE])).code).to.equal(0);
    const { code, shown } = await status();
    expect(code).to.equal(0);
    expect(shown).to.deep.include({ pipeline: 'langfuse-to-posthog', health: 'healthy', clock: { of: 'source' } });
    const accepted = shown.streams.reduce((sum, { counts }) => sum + counts.accepted, 0);
    expect(accepted).to.equal(world.receiver.received().length);
    const { out } = await world.sluice(['status', PIPELINE]);
    expect(out)
      .to.contain('langfuse-to-posthog: healthy')
      .and.to.match(/next run +\d{4}-.+:30:00Z on schedule/u);
  });

  it('names the process that holds the lease, and changes nothing', async () => {
    const store = new FileStateStore(join(world.directory, '.sluice'), {
      logger: recordingLogger(),
      runtime: manualRuntime(),
    });
    const writer = await store.acquire('langfuse-to-posthog');
    try {
      const { revision } = await writer.read();
      const { code, shown } = await status();
      expect(code).to.equal(0);
      expect(shown.holder?.pid).to.equal(process.pid);
      expect((await writer.read()).revision).to.equal(revision);
    } finally {
      await writer.release();
    }
  });

  it('uses this machine’s clock when the database is down, and says so', async () => {
    const url = new URL(world.databaseUrl);
    url.port = '1';
    const environment = { LANGFUSE_DATABASE_URL: url.href };
    const { code, out } = await world.sluice(['status', PIPELINE], { environment });
    expect(code).to.equal(0);
    expect(out).to.contain('by this machine’s clock').and.to.contain('127.0.0.1:1');
  });

  it('says why the last run failed', async () => {
    const url = new URL(world.databaseUrl);
    url.port = '1';
    await world.sluice(['run', PIPELINE], { environment: { LANGFUSE_DATABASE_URL: url.href } });
    const { code, shown } = await status();
    expect(code).to.equal(1);
    expect(shown.troubles[0]).to.contain('the last run failed at').and.to.contain('gave up on the source');
    expect((await world.sluice(['run', PIPELINE])).code).to.equal(0);
    expect((await status()).code).to.equal(0);
  });

  it('validates and applies --max-lag', async () => {
    const { code, err } = await world.sluice(['status', PIPELINE, '--max-lag', '3']);
    expect(code).to.equal(2);
    expect(err).to.contain('--max-lag 3');
    expect((await status('--max-lag', '1h')).code).to.equal(0);
  });

  it('shows every pipeline, even if the state of one cannot be read', async () => {
    const other = world.pipelineFile((text) => text.replace('pipeline: langfuse-to-posthog', 'pipeline: damaged'));
    expect((await world.sluice(['run', other])).code).to.equal(0);
    const journal = join(world.directory, '.sluice', 'damaged', 'journal.jsonl');
    writeFileSync(journal, `not a line\n${readFileSync(journal, 'utf8')}`);
    const { code, out } = await world.sluice(['status', PIPELINE, other]);
    expect(code).to.equal(1);
    expect(out).to.contain('langfuse-to-posthog: healthy').and.to.contain('damaged: UNHEALTHY');
  });
});
