import type { Mapper } from '@sluice/core/config';
import { runPipeline } from '@sluice/core/engine';
import { aUuid, manualRuntime, testRuns } from '@sluice/testkit';
import { aGeneration, aScore, aTrace, insertProjects, insertRows, LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { expect } from 'chai';
import fc from 'fast-check';
import pg from 'pg';
import { aLangfusePipeline, at, DAY, HOUR, MINUTE } from './a-langfuse-pipeline.js';

const NOW = Date.UTC(2026, 2, 10, 12);
const FIELDS = {
  trace: ['id', 'name', 'user_id', 'observation_count', 'latency'],
  generation: ['id', 'name', 'trace.user_id', 'trace.name'],
  observation: ['id', 'type', 'name', 'latency', 'trace.user_id', 'trace.name'],
  score: ['id', 'value', 'trace.user_id', 'trace.name'],
};

/** Every field that may change is in the event, so that an old body shows. */
const mapper: Mapper = {
  events: [],
  hash: 'values-1',
  streams: Object.entries(FIELDS).map(([stream, names], number) => ({
    stream,
    fields: names.map((field) => ({ field })),
    map: (row) => ({
      kind: 'events',
      events: [{ event: stream, uuid: aUuid(number * 1000 + Number(String(row[0]).slice(1))), values: [...row] }],
    }),
  })),
};

/** Something that happens, some minutes after what happened before it. */
const step = fc.record({
  minutes: fc.nat(100),
  what: fc.constantFrom('insert', 'insert', 'insert', 'update', 'update', 'run'),
  table: fc.constantFrom('traces', 'observations', 'scores'),
  trace: fc.nat(4),
  record: fc.nat(30),
  /** How late a row becomes visible: less than rows settle. */
  lateMinutes: fc.nat(25),
  eventTime: fc.constantFrom(undefined, NOW - 40 * DAY, NOW + 400 * DAY),
});

describe('any interleaving of inserts, updates and runs', function () {
  this.timeout(120_000);
  let client: pg.Client;
  let url: string;

  before(async () => {
    url = await createSharedDatabase('interleavings');
    client = new pg.Client(url);
    await client.connect();
    await client.query(LANGFUSE_SCHEMA_SQL);
    await insertProjects(client, [{ id: 'project-1', name: 'First' }]);
  });
  after(() => client.end());

  it('ends with the latest version of every record at the destination', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
        await client.query('DELETE FROM scores; DELETE FROM observations; DELETE FROM traces');
        const { pipeline, source, sink, logger, runtime } = aLangfusePipeline(url, {
          runtime: manualRuntime({ startAt: NOW }),
          options: { pageSize: 3 },
          mapper,
          revisitMs: 3 * DAY,
        });
        let now = NOW;
        source.now = () => Promise.resolve(now);
        const run = async (): Promise<void> => {
          const { outcome } = await runPipeline(
            pipeline,
            { runtime, logger },
            { signal: new AbortController().signal },
          );
          expect(outcome).to.equal('done');
        };
        for (const [number, each] of steps.entries()) {
          now += each.minutes * MINUTE;
          if (each.what === 'run') await run();
          else if (each.what === 'insert') await insert(number, each, now);
          else await update(number, each, now);
        }
        now += 2 * HOUR;
        await run();
        const latest = [...sink.latest().values()].map(({ event, values }) => [event, values]);
        expect(sorted(latest)).to.deep.equal(sorted(await current()));
        await source.close();
      }),
      { numRuns: testRuns(15), seed: 7 },
    );
  });

  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  async function insert(number: number, { table, trace, lateMinutes, eventTime }: Step, now: number): Promise<void> {
    const created_at = at(now - lateMinutes * MINUTE);
    const happened = eventTime === undefined ? created_at : at(eventTime);
    const common = { created_at, updated_at: created_at, project_id: 'project-1' };
    if (table === 'traces') {
      const { rowCount } = await client.query('SELECT 1 FROM traces WHERE id = $1', [`t${trace}`]);
      if (rowCount === 0)
        await insertRows(client, table, [aTrace({ ...common, id: `t${trace}`, timestamp: happened })]);
      return;
    }
    const row = { ...common, trace_id: `t${trace}` };
    if (table === 'scores')
      await insertRows(client, table, [aScore({ ...row, id: `s${number}`, timestamp: happened })]);
    else
      await insertRows(client, table, [
        aGeneration({ ...row, type: typeOf(number), id: `o${number}`, start_time: happened, end_time: null }),
      ]);
  }

  async function update(number: number, { table, trace, record, lateMinutes }: Step, now: number): Promise<void> {
    const updated = at(now - lateMinutes * MINUTE);
    const changes = {
      traces: [`UPDATE traces SET name = $1, user_id = $1, updated_at = $2 WHERE id = $3`, `t${trace}`],
      observations: [`UPDATE observations SET name = $1, end_time = $2, updated_at = $2 WHERE id = $3`, `o${record}`],
      scores: [`UPDATE scores SET value = length($1), comment = $1, updated_at = $2 WHERE id = $3`, `s${record}`],
    };
    const [statement = '', id] = changes[table];
    await client.query(statement, ['u'.repeat(number + 1), updated, id]);
  }

  /** What the mapping makes of every record as it is now, by SQL that shares nothing with the source. */
  async function current(): Promise<unknown[]> {
    const { rows } = await client.query<{ value: unknown }>(`
      SELECT json_build_array('trace', json_build_array(id, name, user_id,
        (SELECT count(*) FROM observations o WHERE o.trace_id = t.id),
        (SELECT extract(epoch FROM COALESCE(max(end_time), max(start_time)) - min(start_time))::float8
          FROM observations o WHERE o.trace_id = t.id))) AS value FROM traces t
      UNION ALL SELECT json_build_array('generation', json_build_array(o.id, o.name, t.user_id, t.name))
        FROM observations o LEFT JOIN traces t ON t.id = o.trace_id WHERE o.type = 'GENERATION'
      UNION ALL SELECT json_build_array('observation', json_build_array(o.id, o.type, o.name,
        extract(epoch FROM o.end_time - o.start_time)::float8, t.user_id, t.name))
        FROM observations o LEFT JOIN traces t ON t.id = o.trace_id
      UNION ALL SELECT json_build_array('score', json_build_array(s.id, s.value, t.user_id, t.name))
        FROM scores s LEFT JOIN traces t ON t.id = s.trace_id`);
    return rows.map(({ value }) => value);
  }
});

function typeOf(number: number): 'GENERATION' | 'SPAN' | 'EVENT' {
  return (['GENERATION', 'SPAN', 'GENERATION', 'EVENT'] as const)[number % 4] ?? 'GENERATION';
}

function sorted(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).toSorted();
}
