import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStateStore, runPipeline, type Mapper, type Pipeline } from '@sluice/core';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { anAdapterContext, aUuid, manualRuntime, recordingLogger, recordingSink } from '@sluice/testkit';
import {
  aGeneration,
  aScore,
  aTrace,
  insertProjects,
  insertRows,
  LANGFUSE_SCHEMA_SQL,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@sluice/testkit/langfuse';
import { expect } from 'chai';
import pg from 'pg';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 2, 10, 12);
const STREAMS = ['trace', 'generation', 'score'];

/** A record's uuid need not say anything here: the receiver's log is compared by stream and id. */
const mapper: Mapper = {
  hash: 'changes-1',
  streams: STREAMS.map((stream, number) => ({
    stream,
    fields: [{ field: 'id' }],
    map: ([id]) => ({
      kind: 'events',
      events: [{ event: stream, uuid: aUuid(number * 1000 + numberOf(id)), id: id ?? null }],
    }),
  })),
};

function numberOf(id: unknown): number {
  return Number(/\d+/.exec(String(id))?.[0] ?? 0);
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1);
}

describe('what changed in Langfuse since the last run', () => {
  let server: EmbeddedPostgres;
  let client: pg.Client;
  let directory: string;
  let run: () => Promise<string[]>;
  let now: number;
  let databases = 0;
  let end: () => Promise<void>;

  before(async () => {
    server = await startEmbeddedPostgres();
  });

  after(() => server.stop());

  beforeEach(async () => {
    databases += 1;
    const url = await server.createDatabase(`changes_${databases}`);
    client = new pg.Client(url);
    await client.connect();
    await client.query(LANGFUSE_SCHEMA_SQL);
    await insertProjects(client, [{ id: 'project-1', name: 'First' }]);
    await insertRows(client, 'traces', [
      aTrace({ id: 't1', created_at: at(NOW - 7 * 24 * HOUR) }),
      aTrace({ id: 't2', created_at: at(NOW - 5 * HOUR) }),
    ]);
    await insertRows(client, 'observations', [
      aGeneration({ id: 'g1', trace_id: 't2', created_at: at(NOW - 5 * HOUR) }),
      aGeneration({ id: 'g3', trace_id: 't3', created_at: at(NOW - 2 * HOUR) }),
    ]);
    await insertRows(client, 'scores', [aScore({ id: 's1', trace_id: 't2', created_at: at(NOW - 5 * HOUR) })]);

    directory = mkdtempSync(join(tmpdir(), 'sluice-changes-'));
    now = NOW;
    const runtime = manualRuntime({ startAt: NOW });
    const logger = recordingLogger();
    const source = langfusePostgresSource.create(langfusePostgresSource.config.parse({ url }), anAdapterContext());
    source.now = () => Promise.resolve(now);
    const sink = recordingSink();
    const pipeline: Pipeline = {
      name: 'changes',
      source,
      sink,
      mapper,
      state: new FileStateStore(directory, { logger, runtime }),
      start: { kind: 'beginning', text: 'beginning' },
      settleMs: 30 * MINUTE,
      revisitMs: 24 * HOUR,
      maxWindowMs: 24 * HOUR,
      delivery: { maxDeadLetterShare: 0.05 },
    };
    let seen = 0;
    run = async () => {
      const { outcome } = await runPipeline(pipeline, { runtime, logger }, { signal: new AbortController().signal });
      expect(outcome).to.equal('done');
      const fresh = sink.accepted.slice(seen).map(({ event, id }) => `${event} ${String(id)}`);
      seen = sink.accepted.length;
      return [...new Set(fresh)].toSorted();
    };
    end = async () => {
      await source.close();
      await client.end();
      rmSync(directory, { recursive: true, force: true });
    };
    expect(await run()).to.deep.equal(['generation g1', 'generation g3', 'score s1', 'trace t1', 'trace t2']);
    now = NOW + 2 * HOUR;
  });

  afterEach(() => end());

  it('is nothing, when nothing changed', async () => {
    expect(await run()).to.deep.equal([]);
  });

  it('is a row that was added', async () => {
    await insertRows(client, 'traces', [aTrace({ id: 't4', created_at: at(NOW + HOUR) })]);
    expect(await run()).to.deep.equal(['trace t4']);
  });

  it('is a row that was added with a time of a month ago', async () => {
    await insertRows(client, 'scores', [
      aScore({ id: 's4', created_at: at(NOW + HOUR), timestamp: at(NOW - 30 * 24 * HOUR) }),
    ]);
    expect(await run()).to.deep.equal(['score s4']);
  });

  it('is a score that was updated in an hour in which nothing was created', async () => {
    await client.query(`UPDATE scores SET value = 2, updated_at = $1 WHERE id = 's1'`, [at(NOW + HOUR)]);
    expect(await run()).to.deep.equal(['score s1']);
  });

  it('is a trace that was updated, with what takes its values from it', async () => {
    await client.query(`UPDATE traces SET name = 'new', updated_at = $1 WHERE id = 't2'`, [at(NOW + HOUR)]);
    expect(await run()).to.deep.equal(['generation g1', 'score s1', 'trace t2']);
  });

  it('is the trace of last week that got an observation, and the observation', async () => {
    await insertRows(client, 'observations', [aGeneration({ id: 'g4', trace_id: 't1', created_at: at(NOW + HOUR) })]);
    expect(await run()).to.deep.equal(['generation g4', 'trace t1']);
  });

  it('is a generation whose trace appeared, and again when that trace got its user an hour later', async () => {
    await insertRows(client, 'traces', [aTrace({ id: 't3', created_at: at(NOW + HOUR) })]);
    expect(await run()).to.deep.equal(['generation g3', 'trace t3']);
    await client.query(`UPDATE traces SET user_id = 'u', updated_at = $1 WHERE id = 't3'`, [at(NOW + 2 * HOUR)]);
    now = NOW + 3 * HOUR;
    expect(await run()).to.deep.equal(['generation g3', 'trace t3']);
  });
});
