import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { ROOT } from '../docs/sluice-command.js';
import { sharedCommand } from './shared-command.js';
import type { Finished } from './warm-command.js';

const PERSONAL_KEY = 'phx_personal';
const { PATH = '' } = process.env;

describe('sluice dashboard', function () {
  this.timeout(120_000);

  let directory: string;
  let simulator: PosthogSimulator;

  before(async () => {
    simulator = await PosthogSimulator.start();
    directory = mkdtempSync(join(tmpdir(), 'sluice-dashboard-'));
    const shipped = readFileSync(join(ROOT, 'configs/langfuse-to-posthog.yaml'), 'utf8').replace(
      'mappings/langfuse-posthog.yaml',
      join(ROOT, 'configs/mappings/langfuse-posthog.yaml'),
    );
    const project = `project: { id: 12345, personalApiKey: '\${POSTHOG_PERSONAL_API_KEY}' }`;
    writeFileSync(join(directory, 'plain.yaml'), shipped);
    const lines = shipped.replace(
      /sink:\n[^]+?\nmapping: .*\n/u,
      `sink: { use: jsonl }\nmapping: ${join(ROOT, 'configs/mappings/langfuse.yaml')}\n`,
    );
    writeFileSync(join(directory, 'lines.yaml'), lines);
    writeFileSync(join(directory, 'p.yaml'), shipped.replace('protocol: auto', `${project}\n    protocol: auto`));
  });
  after(async () => {
    await simulator.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  function dashboard(...args: readonly string[]): Promise<Finished> {
    const environment = {
      PATH,
      NO_COLOR: '1',
      LANGFUSE_DATABASE_URL: 'postgres://localhost/langfuse',
      LANGFUSE_URL: 'https://langfuse.example.com',
      POSTHOG_HOST: simulator.url,
      POSTHOG_API_KEY: 'phc_k',
      POSTHOG_PERSONAL_API_KEY: PERSONAL_KEY,
    };
    return sharedCommand.run({ args: ['dashboard', ...args], cwd: directory, environment });
  }

  it('previews without a project and without a connection', async () => {
    const { code, out } = await dashboard('preview', 'plain.yaml');
    expect(code).to.equal(0);
    expect(out).to.match(/^dashboard Langfuse langfuse\n/u);
    expect(out).to.match(
      /insight Cost langfuse\/cost, bars: cost_usd by day\n +Of traces, in US dollars per day\.\n +SELECT/u,
    );
    expect(simulator.requests).to.deep.equal([]);
  });

  it('says what it needs to compare', async () => {
    const { code, err } = await dashboard('diff', 'plain.yaml');
    expect(code).to.equal(2);
    expect(err).to.include('the sink has no `project`');
    expect((await dashboard('preview', 'p.yaml', '--yes')).err).to.include('--yes can only be used with apply');
  });

  it('compares, asks before it makes anything, makes it, and has nothing left to do', async () => {
    const before = await dashboard('diff', 'p.yaml');
    expect(before.code).to.equal(1);
    expect(before.out).to.match(/^\+ dashboard Langfuse langfuse\n\+ insight Are the most active users/u);
    expect(before.out).to.include('14 to create\n');
    expect(before.err).to.include('next: sluice dashboard apply p.yaml');

    const unasked = await dashboard('apply', 'p.yaml');
    expect(unasked.code).to.equal(2);
    expect(unasked.err).to.include('pass --yes to confirm');
    expect(simulator.pages.insights).to.deep.equal([]);

    const applied = await dashboard('apply', 'p.yaml', '--yes');
    expect(applied.code).to.equal(0);
    expect(applied.err).to.include('14 to create');
    expect(applied.out).to.equal(`ready: ${simulator.url}/project/12345/dashboard/1\n`);
    expect(simulator.pages.insights).to.have.length(13);

    expect(await dashboard('diff', 'p.yaml')).to.include({ code: 0, out: '14 as described\n' });
    const again = await dashboard('apply', 'p.yaml');
    expect(again).to.include({ code: 0, out: 'nothing to change\n14 as described\n' });
  });

  it('shows what people changed', async () => {
    const [first, second] = simulator.pages.insights;
    if (first) first.name = 'Who\u001B[31m?';
    if (second) second.query = { ...second.query, source: { kind: 'HogQLQuery', query: 'SELECT\n  ours' } };
    const { code, out } = await dashboard('diff', 'p.yaml');
    expect(code).to.equal(0);
    expect(out).to.include('changed by hand: stays as it is; --overwrite changes it back');
    expect(out).to.include(String.raw`name: Who\u001b[31m? → Are the most active users`);
    expect(out).to.match(/ {4}query:\n(?: {4}.*\n)* {4}- {3}ours\n/u);
    expect(out).to.include('12 as described, 2 changed by hand');
    const [change] = JSON.parse((await dashboard('diff', 'p.yaml', '--overwrite', '--json')).out).slice(1);
    expect(change).to.deep.include({ action: 'update', kind: 'insight', id: 'langfuse/engagement' });
  });

  it('refuses a sink that has no dashboards', async () => {
    const { code, err } = await dashboard('preview', 'lines.yaml');
    expect(code).to.equal(2);
    expect(err).to.include('the sink jsonl has no dashboards');
  });
});
