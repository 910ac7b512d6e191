import { raw, type Sql } from '@sluice/postgres';
import { TextRecords } from '@sluice/tab-separated';
import { expect } from 'chai';
import { TraceLookup } from '#src/read/trace-lookup.js';
import { aSource, everything, valuesOf } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

/**
 * Traces a minute apart, and records of each that has some: a few minutes after it, or far from it. Some records name a
 * trace of another project, one that is gone, or none.
 */
const ROWS = `
  INSERT INTO traces (id, project_id, "timestamp", name, user_id, tags, metadata)
  SELECT 'trace ' || i || CASE WHEN i % 11 = 0 THEN E'\\t\\\\' ELSE '' END, 'project-' || 1 + i % 2,
    '2026-01-01'::timestamp + i * interval '1 minute' - CASE WHEN i % 13 = 0 THEN interval '9 days' ELSE '0' END,
    CASE WHEN i % 5 > 0 THEN 'name "' || i || '"' END, CASE WHEN i % 3 = 0 THEN '  ' ELSE 'user ' || i % 40 END,
    CASE WHEN i % 4 = 0 THEN ARRAY['a', 'b' || i] ELSE ARRAY[]::text[] END,
    CASE WHEN i % 6 = 0 THEN jsonb_build_object('number', i) END
  FROM generate_series(1, 1200) AS i;
  INSERT INTO observations (id, type, project_id, start_time, trace_id)
  SELECT 'record ' || lpad(j::text, 5, '0'), 'GENERATION', 'project-' || 1 + (i + CASE WHEN j % 17 = 0 THEN 1 ELSE 0 END) % 2,
    '2026-01-01'::timestamp + i * interval '1 minute' + j % 4 * interval '20 seconds',
    CASE WHEN j % 19 = 0 THEN NULL WHEN j % 23 = 0 THEN 'gone ' || j
      ELSE 'trace ' || i || CASE WHEN i % 11 = 0 THEN E'\\t\\\\' ELSE '' END END
  FROM generate_series(1, 2400) AS j, LATERAL (SELECT j / 2 AS i) AS of_trace;
  INSERT INTO scores (id, project_id, "timestamp", trace_id, name, source)
  SELECT 'score ' || i, project_id, '2026-01-01'::timestamp + i * interval '1 minute', id, 'quality', 'API'
  FROM traces, LATERAL (SELECT substring(id FROM '[0-9]+')::integer AS i) AS number WHERE i % 3 = 0`;

const FIELDS = ['trace.id', 'trace.name', 'trace.user_id', 'trace.tags', 'trace.metadata'];

/** What a join gives. */
const joinOf = (records: string) => `
  SELECT r.id, t.id AS "trace.id", t.name AS "trace.name", NULLIF(trim(t.user_id), '') AS "trace.user_id",
    t.tags AS "trace.tags", t.metadata AS "trace.metadata"
  FROM ${records} AS r LEFT JOIN traces AS t ON t.id = r.trace_id AND t.project_id = r.project_id`;

describe('the traces of records', () => {
  let database: TestDatabase;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    await database.client.query(ROWS);
  });

  after(() => database.client.end());

  for (const [stream, table] of [
    ['generation', 'observations'],
    ['score', 'scores'],
  ] as const) {
    for (const pageSize of [7, 250, 2000]) {
      it(`are those that a join finds, for each ${stream} in pages of ${pageSize}`, async () => {
        const source = aSource(database.url, { pageSize });
        const { rows } = await database.client.query<{ id: string }>(joinOf(table));
        const expected = new Map(rows.map(({ id, ...values }) => [id, values]));
        const read = await valuesOf(source, everything(stream), FIELDS);
        expect(read.size).to.equal(rows.length);
        for (const [id, values] of read) expect(values, id).to.deep.equal(expected.get(id));
      });
    }
  }

  it('are those of the given projects', async () => {
    const source = aSource(database.url, { pageSize: 500, projects: ['project-2'] });
    const { rows } = await database.client.query<{ id: string }>(
      `${joinOf('observations')} WHERE r.project_id = 'project-2'`,
    );
    const read = await valuesOf(source, everything('generation'), FIELDS);
    expect(read.size).to.equal(rows.length);
    for (const { id, ...values } of rows) expect(read.get(id), id).to.deep.equal(values);
  });
});

/** Records named after their trace, and the statements that look up the traces: every trace that is asked for exists. */
class Lookup {
  readonly statements: string[] = [];
  readonly #lookup = new TraceLookup({ columns: [0], fields: [], values: [raw('trace.name')] }, 'all');
  /** What the next reading by time gives. */
  byTime: readonly string[] = [];

  async namesOf(traces: readonly string[], { inOrder = true } = {}): Promise<readonly (string | null)[]> {
    const records = textOf(
      traces.map((trace) => ['\\N', trace, 'p']),
      { count: 3, key: 1, createdAt: 1, others: [1, 2], blankIsNull: [] },
    );
    const span = { from: '2026-01-01', until: '2026-01-02' };
    await this.#lookup.fillIn(records, (statement) => this.#copy(statement), inOrder ? span : undefined);
    return traces.map((_, record) => records.text(record, 0));
  }

  async #copy({ text, bindings }: Sql): Promise<{ readonly bytes: Buffer; readonly rows: number }> {
    const isByTime = text.includes('ORDER BY');
    const ids = isByTime ? this.byTime.slice(0, Number(bindings.at(-1))) : (bindings[0] as readonly string[]);
    this.statements.push(isByTime ? 'by time' : ids.join(' '));
    return bytesOf(ids.map((id) => [`name of ${id}`, id, 'p']));
  }
}

function bytesOf(rows: readonly (readonly string[])[]): { readonly bytes: Buffer; readonly rows: number } {
  return { bytes: Buffer.from(rows.map((row) => `${row.join('\t')}\n`).join('')), rows: rows.length };
}

function textOf(rows: readonly (readonly string[])[], columns: Parameters<typeof TextRecords.of>[1]): TextRecords {
  return TextRecords.of(bytesOf(rows), columns);
}

const some = (count: number, first = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `t${first + index}`);

describe('the look-up of traces', () => {
  it('asks for each trace of a page once, by its id', async () => {
    const lookup = new Lookup();
    const names = await lookup.namesOf(['t1', 't2', 't1', '\\N', 't2']);
    expect(names).to.deep.equal(['name of t1', 'name of t2', 'name of t1', null, 'name of t2']);
    expect(lookup.statements).to.deep.equal(['t1 t2']);
  });

  it('reads many in the order of time, and only the rest by their ids', async () => {
    const lookup = new Lookup();
    lookup.byTime = some(119);
    expect(await lookup.namesOf(some(120))).to.deep.equal(some(120).map((id) => `name of ${id}`));
    expect(lookup.statements).to.deep.equal(['by time', 't119']);
  });

  it('does not ask again for those of the page before, but for those of an older one', async () => {
    const lookup = new Lookup();
    for (const traces of [['t1'], ['t1', 't2'], ['t2'], ['t1']]) await lookup.namesOf(traces);
    expect(lookup.statements).to.deep.equal(['t1', 't2', 't1']);
  });

  it('gives up on the order of time where records have few of the traces', async () => {
    const lookup = new Lookup();
    lookup.byTime = some(5000, 1000);
    for (const first of [0, 200, 400]) await lookup.namesOf(some(120, first));
    expect(lookup.statements.map((ids) => ids.split(' ').length)).to.deep.equal([2, 120, 120, 120]);
  });

  it('looks up every page anew where records are not in the order of their event time', async () => {
    const lookup = new Lookup();
    for (const traces of [['t1'], ['t1', 't2']]) await lookup.namesOf(traces, { inOrder: false });
    expect(lookup.statements).to.deep.equal(['t1', 't1 t2']);
  });
});
