import type { CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import { insertProjects } from '@sluice/langfuse-history';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { expect } from 'chai';
import { aSource } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const MINUTE_MS = 60_000;
const PLAN: ReadPlan = {
  streams: [
    { stream: 'trace', fields: [{ field: 'id' }, { field: 'total_cost' }] },
    { stream: 'generation', fields: [{ field: 'trace.user_id' }, { field: 'total_cost' }] },
    { stream: 'observation', fields: [{ field: 'trace.name' }, { field: 'type' }, { field: 'prompt_name' }] },
    { stream: 'score', fields: [{ field: 'value' }, { field: 'trace.name' }] },
  ],
  settleMs: 30 * MINUTE_MS,
  revisitMs: 24 * 60 * MINUTE_MS,
  maxWindowMs: 24 * 60 * MINUTE_MS,
};

async function checked({ url }: TestDatabase, plan: Partial<ReadPlan> = {}): Promise<Map<string, CheckResult>> {
  const findings = await aSource(url).check({ plan: { ...PLAN, ...plan } });
  return new Map(findings.map((finding) => [finding.name, finding]));
}

function outcomes(findings: Map<string, CheckResult>, start: string): readonly string[] {
  return [...findings].filter(([name]) => name.startsWith(start)).map(([name, { outcome }]) => `${name}: ${outcome}`);
}

describe('checking how a database will be read', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await aLangfuseDatabase();
  });

  /** Large enough that reading a table as a whole is worth a word, and known to the planner. */
  async function fill(): Promise<void> {
    const rows = `generate_series(1, 6000) AS n, LATERAL (SELECT now() AT TIME ZONE 'UTC' - n * interval '1 min' AS at) AS t`;
    await database.client.query(`
      INSERT INTO traces (id, project_id, name, "timestamp", created_at, updated_at)
      SELECT 't' || n, 'project-1', repeat('x', 200), at, at, at FROM ${rows};
      INSERT INTO observations (id, project_id, trace_id, type, name, start_time, created_at, updated_at)
      SELECT 'o' || n, 'project-1', 't' || n, 'GENERATION', repeat('x', 200), at, at, at FROM ${rows};
      INSERT INTO scores (id, project_id, trace_id, source, name, comment, "timestamp", created_at, updated_at)
      SELECT 's' || n, 'project-1', 't' || n, 'API', 'good', repeat('x', 200), at, at, at FROM ${rows};
      ANALYZE traces, observations, scores`);
  }

  it('finds Langfuse’s indexes, and windows that only they serve', async () => {
    await fill();
    const findings = await checked(database);
    expect(findings.get('indexes')).to.include({ outcome: 'good' });
    expect(outcomes(findings, 'cost of a window')).to.deep.equal([
      'cost of a window of trace: good',
      'cost of a window of generation: good',
      'cost of a window of observation: good',
      'cost of a window of score: good',
    ]);
  });

  it('lists the projects to pick from, by name, unless there are too many', async () => {
    const question = langfusePostgresSource.setup?.find(({ option }) => option === 'projects');
    const choices = async () => (await checked(database)).get(question?.choicesFrom ?? '')?.choices;
    expect(await choices()).to.deep.equal([
      { value: 'project-1', label: 'First (project-1)' },
      { value: 'project-2', label: 'Second (project-2)' },
      { value: 'project-3', label: 'Third (project-3)' },
    ]);
    await insertProjects(
      database.client,
      Array.from({ length: 200 }, (_, index) => ({ id: `more-${index}`, name: 'x' })),
    );
    expect(await choices()).to.equal(undefined);
  });

  const indexes: readonly [index: string, finding: string][] = [
    ['traces_created_at_idx', 'index on traces.created_at'],
    ['observations_start_time_idx', 'index on observations.start_time'],
    ['scores_trace_id_idx', 'index on scores.trace_id'],
  ];
  for (const [index, name] of indexes) {
    it(`names a missing index, its cost and the statement that restores it: ${index}`, async () => {
      await database.client.query(`DROP INDEX ${index}`);
      const findings = await checked(database);
      expect(outcomes(findings, 'index')).to.deep.equal([`${name}: warning`]);
      const [, fix = ''] = /(CREATE INDEX .*)$/.exec(findings.get(name)?.fix ?? '') ?? [];
      await database.client.query(fix.replace('CONCURRENTLY', ''));
      expect((await checked(database)).get('indexes')?.outcome).to.equal('good');
    });
  }

  it('warns of a window that would read a whole table, unless the table is small', async () => {
    await database.client.query('DROP INDEX scores_created_at_idx');
    expect((await checked(database)).get('cost of a window of score')?.outcome).to.equal('good');
    await fill();
    const finding = (await checked(database)).get('cost of a window of score');
    expect(finding?.outcome).to.equal('warning');
    expect(finding?.message).to.contain('reads the whole of scores');
    expect((await checked(database)).get('cost of a window of trace')?.outcome).to.equal('good');
  });

  it('does not count an invalid or partial index', async () => {
    await database.client.query(`
      DROP INDEX scores_created_at_idx; CREATE INDEX ON scores (created_at) WHERE project_id = 'project-1';
      UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'traces_created_at_idx'::regclass`);
    expect(outcomes(await checked(database), 'index')).to.deep.equal([
      'index on traces.created_at: warning',
      'index on scores.created_at: warning',
    ]);
  });

  /** Traces of two days ago, the given share of which changed so long after their creation. */
  async function tracesChanging(everyNth: number, after: string): Promise<void> {
    await database.client.query(`
      INSERT INTO traces (id, project_id, created_at, updated_at)
      SELECT 't' || n, 'project-1', created, created + CASE WHEN n % ${everyNth} = 0 THEN interval '${after}' ELSE interval '5 s' END
      FROM generate_series(1, 1000) AS n, LATERAL (SELECT now() AT TIME ZONE 'UTC' - interval '2 d' - n * interval '1 s' AS created) AS c`);
  }

  it('accepts settle when nearly every row stops changing before it', async () => {
    await tracesChanging(200, '2 h');
    const finding = (await checked(database)).get('settle and traces');
    expect(finding?.outcome).to.equal('good');
    expect(finding?.message).to.match(
      /99 % of 1,000 rows .* within 5s of their creation; 0\.5 % later than settle \(30m\)$/,
    );
  });

  it('suggests a settle that covers later changes', async () => {
    await tracesChanging(20, '150 min');
    const finding = (await checked(database)).get('settle and traces');
    expect(finding?.outcome).to.equal('warning');
    expect(finding?.message).to.contain('5.0 % later than settle (30m)');
    expect(finding?.fix).to.contain('settle: 3h covers 99 %');
  });

  it('warns of changes later than revisit, which are lost', async () => {
    await tracesChanging(20, '30 h');
    const finding = (await checked(database)).get('settle and traces');
    expect(finding?.message).to.contain('5.0 % later than revisit reaches (24h)');
    expect(finding?.fix).to.contain('revisit: 30h covers 99 %');
    const off = (await checked(database, { revisitMs: 0 })).get('settle and traces');
    expect(off?.message).to.contain('5.0 % later than revisit reaches (30m)');
    expect(off?.fix).to.contain('settle: 30h covers 99 %');
  });

  it('does not judge by a few rows', async () => {
    expect((await checked(database)).get('settle and scores')?.outcome).to.equal('unknown');
  });

  it('continues with the other checks when one fails', async () => {
    await database.client.query('BEGIN; LOCK TABLE scores');
    const source = aSource(database.url, { lockTimeoutSeconds: 1 });
    const findings = await source.check({ plan: PLAN });
    await database.client.query('ROLLBACK');
    expect(findings.find(({ name }) => name === 'indexes')?.outcome).to.equal('good');
    const failed = findings.filter(({ outcome }) => outcome === 'unknown');
    expect(failed.map(({ name }) => name)).to.deep.equal(['cost of a window', 'settle']);
    expect(failed[0]?.message).to.contain('lock');
  });
});
