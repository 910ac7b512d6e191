import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { recordingLogger } from '@sluice/testkit';
import { aLibraryPipeline } from './a-library-pipeline.js';

type ExportService = (pipeline: object, options: object) => Promise<Server>;

const EXAMPLE = new URL('../../../examples/embedding/export-service.js', import.meta.url);

describe('a program that embeds Sluice', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serve(name: string, records: number, onOpen?: () => void) {
    const { exportService } = (await import(EXAMPLE.href)) as { readonly exportService: ExportService };
    const parts = aLibraryPipeline(name, { records, ...(onOpen ? { onOpen } : {}) });
    const logger = recordingLogger();
    const server = await exportService(parts.pipeline, { adapters: parts.adapters, logger, environment: {} });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const call = async (method: 'GET' | 'POST') =>
      (await fetch(`http://127.0.0.1:${port}/`, { method })).json() as Promise<Record<string, unknown>>;
    return { ...parts, logger, call };
  }

  it('runs two pipelines on demand, side by side, with nothing in common', async () => {
    const [one, two] = await Promise.all([serve('one', 3), serve('two', 5)]);
    expect((await one.call('GET'))['health']).to.equal('unhealthy');
    const answers = await Promise.all([one.call('POST'), two.call('POST')]);
    expect(answers.map(({ outcome }) => outcome)).to.deep.equal(['done', 'done']);
    expect(one.accepted().map(({ order }) => order)).to.deep.equal(['one-0', 'one-1', 'one-2']);
    expect(two.accepted()).to.have.length(5);
    expect((await one.call('POST'))['outcome']).to.equal('done');
    expect(one.accepted()).to.have.length(3);
  });

  it('keeps the secrets of each out of its own log and answers', async () => {
    const [one, two] = await Promise.all([
      serve('one', 1),
      serve('two', 1, () => {
        throw new Error('no luck with token-of-two and token-of-one');
      }),
    ]);
    await one.call('POST');
    expect(one.logger.text()).to.contain('reading with [redacted]').and.not.to.contain('token-of-one');
    const answer = JSON.stringify(await two.call('POST'));
    // The other instance's secret is unknown here: the instances share nothing, not even what is masked.
    expect(answer).to.contain('no luck with [redacted] and token-of-one').and.not.to.contain('token-of-two');
    expect(two.logger.text()).not.to.contain('token-of-two');
  });
});
