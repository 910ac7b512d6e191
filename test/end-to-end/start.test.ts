import { testsInTurn } from '@sluice/testkit';
import { expect } from 'chai';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ReadMetrics } from '../monitoring/read-metrics.js';
import { aLangfuseWorld, shipped, type LangfuseWorld, type LaunchedSluice } from './langfuse-world.js';

/** A pipeline file in the world's folder. `database` is the variable that holds its address. */
function pipelineFile(
  world: LangfuseWorld,
  name: string,
  options: { database?: string; schedule?: string } = {},
): string {
  const { database = 'LANGFUSE_DATABASE_URL', schedule = '{ every: 1s }' } = options;
  const path = join(world.directory, `${name}.yaml`);
  writeFileSync(
    path,
    `sluice: 1
pipeline: ${name}
source: { use: langfuse-postgres, with: { url: '\${${database}}' } }
sink: { use: posthog, with: { host: '\${POSTHOG_HOST}', apiKey: '\${POSTHOG_API_KEY}' } }
mapping: ${shipped('mappings/langfuse-posthog.yaml')}
params: { langfuseUrl: '\${LANGFUSE_URL}' }
schedule: ${schedule}
`,
  );
  return path;
}

async function get(url: string, path: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url + path);
  return { status: response.status, text: await response.text() };
}

/** As a browser, a proxy or an old client may ask. */
async function statusWith(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const asked = request(`${url}/metrics`, { setHost: false, headers }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function urlOf(started: LaunchedSluice): Promise<string> {
  const { url } = await started.logged('serving /healthz, /readyz and /metrics');
  return String(url);
}

describe('sluice start', function () {
  this.timeout(120_000);
  let world: LangfuseWorld;
  beforeEach(async () => {
    world = await aLangfuseWorld({ traces: 60 });
  });
  afterEach(() => world.end());
  const inTurn = testsInTurn(2);

  inTurn(
    'runs a healthy pipeline on time beside one whose database is dead, and reports which is unhealthy and why',
    async () => {
      const files = [pipelineFile(world, 'healthy'), pipelineFile(world, 'down', { database: 'DEAD_DATABASE_URL' })];
      const started = world.launch(['start', ...files, '--listen', '127.0.0.1:0'], {
        DEAD_DATABASE_URL: 'postgresql://reader@127.0.0.1:1/langfuse',
      });
      const url = await urlOf(started);
      await started.logged('the run is done', { pipeline: 'healthy' }, 3);
      const line = await started.logged('the source did not answer; retrying', { pipeline: 'down', attempt: 3 });
      expect(line['error']).to.match(/127\.0\.0\.1:1\/langfuse/u);

      expect(await get(url, '/healthz')).to.deep.equal({ status: 200, text: 'ok\n' });
      const { status, text } = await get(url, '/readyz');
      expect(status).to.equal(503);
      const { pipelines } = JSON.parse(text) as { pipelines: Record<string, Record<string, string>> };
      expect(pipelines['healthy']).to.include({ status: 'ok' });
      expect(pipelines['down']).to.include({ status: 'unhealthy', cause: 'source-unreachable' });
      expect(pipelines['down']?.['message']).to.match(/127\.0\.0\.1:1\/langfuse/u);
      for (const path of ['/elsewhere', '//']) expect((await get(url, path)).status, path).to.equal(404);
      expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).to.equal(405);
      const { host } = new URL(url);
      for (const headers of [{ host }, { host: 'localhost:9464' }, { host: '[::1]' }, { host, origin: url }]) {
        expect(await statusWith(url, headers)).to.equal(200);
      }
      for (const headers of [{ host: 'example.com' }, { host: '%' }, { host, origin: 'http://example.com' }]) {
        expect(await statusWith(url, headers)).to.equal(403);
      }
      const metrics = new ReadMetrics((await get(url, '/metrics')).text);
      expect(metrics.value('sluice_pipeline_ready', { pipeline: 'healthy' })).to.equal(1);
      expect(metrics.value('sluice_pipeline_ready', { pipeline: 'down' })).to.equal(0);
      expect(metrics.value('sluice_runs_total', { pipeline: 'healthy', outcome: 'done' })).to.be.at.least(3);

      started.kill('SIGTERM');
      expect((await started.ended).code).to.equal(143);
    },
  );

  inTurn('counts what the receiver received', async () => {
    const started = world.launch(['start', pipelineFile(world, 'counted'), '--listen', '127.0.0.1:0']);
    const url = await urlOf(started);
    await started.logged('the run is done');
    const received = world.receiver.received();
    const metrics = new ReadMetrics((await get(url, '/metrics')).text);

    for (const stream of ['trace', 'generation', 'score']) {
      const ofStream = received.filter(({ event }) => event === `langfuse ${stream}`).length;
      expect(ofStream).to.be.greaterThan(0);
      expect(metrics.value('sluice_events_total', { stream, outcome: 'accepted' }), stream).to.equal(ofStream);
      expect(metrics.value('sluice_records_total', { stream, outcome: 'mapped' }), stream).to.equal(ofStream);
    }
    expect(metrics.value('sluice_sent_events_total')).to.equal(received.length);
    expect(metrics.value('sluice_requests_total', { outcome: 'accepted' })).to.equal(
      world.receiver.eventRequests.length,
    );
    expect(metrics.value('sluice_requests_total')).to.equal(world.receiver.eventRequests.length);
    expect(metrics.value('sluice_request_duration_seconds_count')).to.equal(world.receiver.eventRequests.length);
    expect(metrics.value('sluice_read_duration_seconds_count')).to.be.at.least(3);
    expect(metrics.value('sluice_repeated_events_total')).to.equal(0);
    expect(metrics.value('sluice_dead_letters_open')).to.equal(0);
    expect(metrics.value('sluice_lag_seconds')).to.be.lessThan(60);
    started.kill('SIGINT');
    expect((await started.ended).code).to.equal(130);
  });

  inTurn('finishes what is in flight after SIGTERM, and the next process continues from there', async () => {
    world.receiver.failNext({ kind: 'slow', delayMs: 300 }, 3);
    const file = pipelineFile(world, 'drained');
    // Longer than a timer takes.
    const first = world.launch(['start', file, '--no-listen', '--grace', '30d']);
    await first.logged('the run starts');
    await untilReceived(world);
    first.kill('SIGTERM');
    const { code } = await first.ended;
    expect(code).to.equal(143);
    expect(first.log().map(({ msg }) => msg)).to.include('the run was stopped; finished work is saved');

    const second = world.launch(['start', file, '--no-listen']);
    await second.logged('the run is done');
    expect(world.receiver.received().length).to.equal(world.receiver.distinct().length);
    second.kill('SIGTERM');
    await second.ended;
  });

  inTurn('ends after the grace period when something hangs', async () => {
    world.receiver.failNext({ kind: 'hang' }, 1000);
    const started = world.launch(['start', pipelineFile(world, 'hanging'), '--no-listen', '--grace', '200ms']);
    await started.logged('the run starts');
    await untilReceived(world);
    started.kill('SIGTERM');
    const { code } = await started.ended;
    expect(code).to.equal(143);
    expect(started.log().at(-1)?.['msg']).to.match(/^the grace period is over/u);
  });

  inTurn('releases the state between runs', async () => {
    const file = pipelineFile(world, 'shared', { schedule: '{ cron: 0 0 1 1 * }' });
    const started = world.launch(['start', file, '--no-listen']);
    await started.logged('the run is done');
    const { code, err } = await world.sluice(['run', file]);
    expect(code, err).to.equal(0);
    started.kill('SIGTERM');
    await started.ended;
  });

  describe('refuses to start, with exit code 2,', () => {
    async function refusal(args: readonly string[]): Promise<string> {
      const { code, err } = await world.sluice(['start', ...args]);
      expect(code, err).to.equal(2);
      return err;
    }

    it('when files have problems, and reports those of all files', async () => {
      const good = pipelineFile(world, 'good');
      const [one, two] = [pipelineFile(world, 'Bad One'), pipelineFile(world, 'Bad Two')];
      const err = await refusal([good, one, two]);
      expect(err).to.contain('Bad One.yaml').and.to.contain('Bad Two.yaml');
    });

    it('when two pipelines have the same name', async () => {
      const file = pipelineFile(world, 'twin');
      expect(await refusal([file, file])).to.contain('duplicate pipeline name "twin"');
    });

    it('when it cannot listen', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const file = pipelineFile(world, 'deaf');
      const { port } = taken.address() as AddressInfo;
      try {
        expect(await refusal([file, '--listen', `127.0.0.1:${port}`])).to.contain('the address is in use');
      } finally {
        taken.close();
      }
      expect(await refusal([file, '--listen', 'somewhere'])).to.contain('invalid --listen somewhere');
    });

    it('when the grace period is invalid', async () => {
      expect(await refusal([pipelineFile(world, 'rushed'), '--grace', 'soon'])).to.contain('--grace soon');
    });
  });
});

/** Resolves when the receiver has been asked to take events. */
async function untilReceived({ receiver }: LangfuseWorld): Promise<void> {
  while (receiver.eventRequests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
