import type { RecordPage, Window } from '@sluice/core/source';
import { aGeneration, aScore, aTrace, insertRows } from '@sluice/langfuse-history';
import type { SqlCopy } from '@sluice/postgres';
import { expect } from 'chai';
import { langfusePostgresSourceConfig } from '#src/config.js';
import { ReadOnlyTransactions } from '#src/read/read-only-transactions.js';
import { readWindow } from '#src/read/read-window.js';
import { aPace, everything } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const DAY = Date.UTC(2026, 0, 10);
const RECORDS = 240;
const PAGE = 120;
const FIELDS = ['id', 'trace.name', 'trace.user_id', 'trace.tags', 'trace_id', 'trace.release'].map((field) => ({
  field,
}));

function at(minutes: number): string {
  return new Date(DAY + minutes * 60_000).toISOString().slice(0, -1);
}

describe('the traces of the records of a page', () => {
  let database: TestDatabase;
  let transactions: ReadOnlyTransactions;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    const numbers = [...Array(RECORDS).keys()];
    const timed = (minute: number): object => ({ created_at: at(minute), updated_at: at(minute) });
    await insertRows(
      database.client,
      'traces',
      numbers.map((n) => {
        // Every tenth trace began a day before its records.
        const minute = n % 10 === 0 ? n - 1440 : n;
        const odd = n % 4 === 1 ? { user_id: ' ', release: null, tags: ['a\tb', 'c\\d'] } : { user_id: `user-${n}` };
        const project_id = n % 7 === 3 ? 'project-2' : 'project-1';
        return aTrace({
          id: `t${n}`,
          timestamp: at(minute),
          ...timed(minute),
          project_id,
          name: `trace\n${n}`,
          ...odd,
        });
      }),
    );
    const traceOf = (n: number): string => (n % 9 === 5 ? 'gone' : `t${n - (n % 2)}`);
    await insertRows(
      database.client,
      'observations',
      numbers.map((n) =>
        aGeneration({ id: `g${n}`, trace_id: traceOf(n), start_time: at(n + 0.5), ...timed(n + 0.5) }),
      ),
    );
    // Scores that were given two days later.
    await insertRows(
      database.client,
      'scores',
      numbers.map((n) => aScore({ id: `s${n}`, trace_id: traceOf(n), timestamp: at(n + 2880), ...timed(n + 2880) })),
    );
    transactions = new ReadOnlyTransactions(langfusePostgresSourceConfig.parse({ url: database.url }));
  });
  after(async () => {
    await transactions.close();
    await database.client.end();
  });

  /** The values of every record, and how its traces were asked for: by time or by id. */
  async function read(
    window: Window,
  ): Promise<{ readonly rows: readonly RecordPage['rows'][number][]; asked: string[] }> {
    const asked: string[] = [];
    const watched =
      (copy: SqlCopy): SqlCopy =>
      (statement) => {
        if (statement.text.includes('FROM traces AS trace')) {
          asked.push(/ANY/.test(statement.text) ? 'by id' : 'by time');
        }
        return copy(statement);
      };
    const pages = readWindow(
      { window, fields: FIELDS },
      {
        projects: 'all',
        content: 'omit',
        pageSize: PAGE,
        paceOf: () => pace,
        run: (work) => transactions.run((query, copy) => work(query, watched(copy))),
        beforeEnd: async () => {},
      },
    );
    const pace = aPace(PAGE);
    const rows: RecordPage['rows'][number][] = [];
    for await (const page of pages) rows.push(...page.rows);
    return { rows, asked };
  }

  async function expected(table: string): Promise<unknown[]> {
    const { rows } = await database.client.query<unknown[]>({
      text: `SELECT r.id, t.name, nullif(trim(t.user_id), ''), t.tags, r.trace_id, t.release FROM ${table} AS r
        LEFT JOIN traces AS t ON t.id = r.trace_id AND t.project_id = r.project_id ORDER BY r.created_at`,
      rowMode: 'array',
    });
    return rows;
  }

  const following = { axis: 'change', from: DAY, until: DAY + 2 * 86_400_000 } as const;
  for (const [title, window] of [
    ['a backfill', everything('generation')],
    ['what was created', { ...following, stream: 'generation', revisitMs: 0 }],
  ] as const) {
    it(`are read by their time, and the others by their ids: ${title}`, async () => {
      const { rows, asked } = await read(window);
      expect(rows).to.deep.equal(await expected('observations'));
      expect(asked.slice(0, 4)).to.deep.equal(['by time', 'by id', 'by time', 'by id']);
    });
  }

  it('are read by their ids where few are of the same time', async () => {
    // Of the last minutes before the first score, there is no trace: only those of other records.
    await database.client.query(
      `INSERT INTO traces (id, "timestamp", project_id, created_at, updated_at)
       SELECT 'other-' || n, $1::timestamp + n * interval '1 minute', 'project-1', now(), now() FROM generate_series(0, 240) AS n`,
      [at(2880)],
    );
    const { rows, asked } = await read(everything('score'));
    expect(rows).to.deep.equal(await expected('scores'));
    expect(asked.slice(0, 3)).to.deep.equal(['by time', 'by id', 'by id']);
    await database.client.query(`DELETE FROM traces WHERE id LIKE 'other-%'`);
  });

  it('are read by their ids on a page of few records', async () => {
    const window = everything('generation', { from: DAY, until: DAY + 3_600_000 });
    const { rows, asked } = await read(window);
    expect(rows).to.deep.equal((await expected('observations')).slice(0, 60));
    expect(asked).to.deep.equal(['by id']);
  });
});
