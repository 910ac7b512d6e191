import { runPipeline } from '@sluice/core/engine';
import { recordingSink } from '@sluice/testkit';
import { LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import pg from 'pg';
import { aLangfusePipeline } from './a-langfuse-pipeline.js';

const TRACES = 600;
const SEED = `
  INSERT INTO organizations (id, name) VALUES ('org-1', 'Example');
  INSERT INTO projects (id, name, org_id) VALUES ('project-1', 'First', 'org-1');
  INSERT INTO traces (id, project_id, "timestamp", created_at, updated_at)
  SELECT 't' || n, 'project-1', at, at, at
  FROM (SELECT n, date_trunc('second', now() AT TIME ZONE 'UTC') - n * interval '1 minute' AS at
    FROM generate_series(60, ${TRACES + 59}) AS n) AS numbered`;

describe('a database that fails in the middle of a run', function () {
  this.timeout(60_000);
  let server: EmbeddedPostgres;
  let databases = 0;

  before(async () => {
    server = await startEmbeddedPostgres();
  });
  after(() => server.stop());

  async function aSeededDatabase(): Promise<{ readonly url: string; readonly client: pg.Client }> {
    databases += 1;
    const url = await server.createDatabase(`outage_${databases}`);
    const client = await connected(url);
    await client.query(LANGFUSE_SCHEMA_SQL);
    await client.query(SEED);
    return { url, client };
  }

  /** Runs a pipeline whose sink calls `disturb` during its second request. */
  async function runDisturbed(
    url: string,
    disturb: () => Promise<void>,
    { options = {}, onRetry = () => {} }: { readonly options?: object; readonly onRetry?: () => void } = {},
  ) {
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 50, maxRequestsInFlight: 1 },
      answer: async (_, number) => {
        if (number === 2) await disturb();
        return undefined;
      },
    });
    const bench = aLangfusePipeline(url, { sink, options: { pageSize: 50, ...options } });
    const { outcome, failure } = await runPipeline(
      bench.pipeline,
      { runtime: bench.runtime, logger: bench.logger },
      {
        signal: new AbortController().signal,
        observe: ({ kind }) => {
          if (kind === 'retry') onRetry();
        },
      },
    );
    expect(failure).to.equal(undefined);
    expect(outcome).to.equal('done');
    expect(sink.latest().size).to.equal(TRACES);
    return bench;
  }

  it('is waited for while it restarts', async () => {
    const { url, client } = await aSeededDatabase();
    await client.end();
    await runDisturbed(url, () => server.restart());
  });

  it('is connected to again when every connection was cut', async () => {
    const { url, client } = await aSeededDatabase();
    // A connection that was idle is replaced in silence, one in use with a retry: the export is complete either way.
    await runDisturbed(url, async () => {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'sluice'`,
      );
      expect(rowCount).to.be.at.least(1);
    });
    await client.end();
  });

  it('is asked again when a lock was not free in time', async () => {
    const { url, client } = await aSeededDatabase();
    const options = { statementTimeoutSeconds: 60, lockTimeoutSeconds: 1 };
    let released: Promise<unknown> | undefined;
    const onRetry = (): void => {
      released ??= client.query('ROLLBACK');
    };
    const lock = async (): Promise<void> => {
      await client.query('BEGIN; LOCK TABLE traces IN ACCESS EXCLUSIVE MODE');
    };
    const { logger } = await runDisturbed(url, lock, { options, onRetry });
    await released;
    await client.end();
    expect(logger.text()).to.contain('a lock was not free in time');
  });

  describe('as a replica', () => {
    it('has the time of the last commit that it has replayed', async () => {
      const { url, client } = await aSeededDatabase();
      const replica = await server.startReplica({});
      const watcher = await connected(replica.urlOf(url));
      const { source } = aLangfusePipeline(replica.urlOf(url));
      const before = Date.now();
      await client.query(`UPDATE projects SET name = 'Renamed'`);
      await until(watcher, `SELECT 1 FROM projects WHERE name = 'Renamed'`);
      const replayed = await source.now();
      expect(replayed).to.be.within(before, Date.now());
      await until(watcher, `SELECT 1 WHERE clock_timestamp() > pg_last_xact_replay_timestamp() + interval '5 ms'`);
      expect(await source.now()).to.equal(replayed);
      await Promise.all([watcher.end(), client.end()]);
      await source.close();
      await replica.stop();
    });
  });
});

/** Asks until there is an answer. */
async function until(client: pg.Client, question: string): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(question);
    if (rowCount !== 0) return;
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  return client;
}
