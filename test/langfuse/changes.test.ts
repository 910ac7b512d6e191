import { runPipeline } from '@sluice/core/engine';
import { manualRuntime } from '@sluice/testkit';
import { aGeneration, aScore, aTrace, insertProjects, insertRows, LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import pg from 'pg';
import { aLangfusePipeline, at, HOUR, MINUTE } from './a-langfuse-pipeline.js';

const NOW = Date.UTC(2026, 2, 10, 12);

describe('what changed in Langfuse since the last run', () => {
  let template: string;
  let client: pg.Client;
  let run: () => Promise<string[]>;
  let now: number;
  let end: () => Promise<void>;
  /** The streams that the source was asked for. */
  let asked: Set<string>;

  before(async () => {
    template = await createSharedDatabase('changes');
    client = new pg.Client(template);
    await client.connect();
    await client.query(LANGFUSE_SCHEMA_SQL);
    await insertProjects(client, [{ id: 'project-1', name: 'First' }]);
    await client.end();
  });

  beforeEach(async () => {
    const url = await createSharedDatabase('changes', template);
    client = new pg.Client(url);
    await client.connect();
    await insertRows(client, 'traces', [
      aTrace({ id: 't1', created_at: at(NOW - 7 * 24 * HOUR) }),
      aTrace({ id: 't2', created_at: at(NOW - 5 * HOUR) }),
    ]);
    await insertRows(client, 'observations', [
      aGeneration({ id: 'g1', trace_id: 't2', created_at: at(NOW - 5 * HOUR) }),
      aGeneration({ id: 'g3', trace_id: 't3', created_at: at(NOW - 2 * HOUR) }),
    ]);
    await insertRows(client, 'scores', [aScore({ id: 's1', trace_id: 't2', created_at: at(NOW - 5 * HOUR) })]);

    now = NOW;
    const { pipeline, source, sink, logger, runtime } = aLangfusePipeline(url, {
      runtime: manualRuntime({ startAt: NOW }),
    });
    source.now = () => Promise.resolve(now);
    asked = new Set();
    const { read, next } = source;
    source.read = (request, options) => {
      asked.add(request.window.stream);
      return read.call(source, request, options);
    };
    source.next = (stream, ...others) => {
      asked.add(stream);
      return next.call(source, stream, ...others);
    };
    let seen = 0;
    run = async () => {
      const { outcome } = await runPipeline(pipeline, { runtime, logger }, { signal: new AbortController().signal });
      expect(outcome).to.equal('done');
      const fresh = sink.accepted.slice(seen).map(({ event, id }) => `${event} ${String(id)}`);
      seen = sink.accepted.length;
      return fresh.toSorted();
    };
    end = async () => {
      await source.close();
      await client.end();
    };
    expect(await run()).to.deep.equal(['generation g1', 'generation g3', 'score s1', 'trace t1', 'trace t2']);
    now = NOW + 2 * HOUR;
  });

  afterEach(() => end());

  it('is nothing, when nothing changed', async () => {
    expect(await run()).to.deep.equal([]);
    // No stream that the mapping does not read, such as all observations.
    expect([...asked].toSorted()).to.deep.equal(['generation', 'score', 'trace']);
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

  it('is, once, a row that was changed twice before the first window after it', async () => {
    await insertRows(client, 'scores', [aScore({ id: 's4', created_at: at(NOW + 10 * MINUTE) })]);
    for (const minutes of [20, 80]) {
      await client.query(`UPDATE scores SET value = $1, updated_at = $2 WHERE id IN ('s1', 's4')`, [
        minutes,
        at(NOW + minutes * MINUTE),
      ]);
    }
    expect(await run()).to.deep.equal(['score s1', 'score s4']);
  });

  it('is a row that became visible after a younger one, within the time that rows settle', async () => {
    await insertRows(client, 'traces', [aTrace({ id: 't4', created_at: at(NOW + HOUR) })]);
    expect(await run()).to.deep.equal(['trace t4']);
    await insertRows(client, 'traces', [aTrace({ id: 't5', created_at: at(NOW + 91 * MINUTE) })]);
    now = NOW + 3 * HOUR;
    expect(await run()).to.deep.equal(['trace t5']);
  });

  it('is a generation that got a trace of its own, once the trace is there', async () => {
    await insertRows(client, 'observations', [aGeneration({ id: 'g5', created_at: at(NOW + 10 * MINUTE) })]);
    expect(await run()).to.deep.equal(['generation g5']);
    await client.query(`UPDATE observations SET trace_id = 't5', updated_at = $1 WHERE id = 'g5'`, [
      at(NOW + 2 * HOUR),
    ]);
    await insertRows(client, 'traces', [aTrace({ id: 't5', created_at: at(NOW + 2 * HOUR) })]);
    now = NOW + 3 * HOUR;
    expect(await run()).to.deep.equal(['generation g5', 'trace t5']);
  });

  it('is all of a project that is created later', async () => {
    await insertProjects(client, [{ id: 'project-9', name: 'Ninth' }]);
    const row = { project_id: 'project-9', created_at: at(NOW + HOUR) };
    await insertRows(client, 'traces', [aTrace({ id: 't9', ...row })]);
    await insertRows(client, 'scores', [aScore({ id: 's9', trace_id: 't9', ...row })]);
    expect(await run()).to.deep.equal(['score s9', 'trace t9']);
  });

  it('is nothing when a project was deleted with all that it had', async () => {
    await client.query('DELETE FROM projects');
    expect(await run()).to.deep.equal([]);
  });
});
