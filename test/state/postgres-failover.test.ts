import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import { expectComplete, postgresWorkers } from './postgres-workers.js';

/** At these requests of both workers together, the server of the state stops and starts again. */
const RESTARTS: ReadonlySet<number> = new Set([4, 11]);

describe('two workers whose state is in Postgres', function () {
  this.timeout(120_000);
  let server: EmbeddedPostgres;
  before(async () => {
    server = await startEmbeddedPostgres({ serverUrl: '', databaseName: 'state' });
  });
  after(() => server.stop());

  it('go on when its server restarts while they export, and send every record once', async () => {
    let restarted = Promise.resolve();
    const workers = postgresWorkers(2, {
      url: server.url,
      lease: 'window',
      onSend: async (sends) => {
        if (RESTARTS.has(sends)) await (restarted = restarted.then(() => server.restart()));
      },
    });

    const results = await Promise.all(workers.map((worker) => worker.run()));

    expect(results.map(({ outcome, failure }) => failure?.message ?? outcome)).to.deep.equal(['done', 'done']);
    expect(await expectComplete(workers, server.url)).to.equal(0);
  });
});
