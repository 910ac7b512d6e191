import { keySums, type SourceDigest } from '@sluice/core/source';
import { aPace } from './a-source.js';
import { ReadOnlyTransactions } from '#src/read/read-only-transactions.js';
import { langfusePostgresSourceConfig } from '#src/config.js';
import { aGeneration, insertRows } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { digestHours } from '#src/read/digest-hours.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 0, 10);

function at(ms: number): string {
  return new Date(START + ms).toISOString().slice(0, -1);
}

describe('the digest of a stream', () => {
  let database: TestDatabase;
  let transactions: ReadOnlyTransactions;
  let statements: number;

  beforeEach(async () => {
    database = await aLangfuseDatabase();
    transactions = new ReadOnlyTransactions(
      langfusePostgresSourceConfig.parse({ url: database.url, maxConnections: 1 }),
    );
    statements = 0;
  });
  afterEach(() => transactions.close());

  function digest(
    sliceRows: number,
    projects: 'all' | readonly string[] = 'all',
    stream = 'generation',
  ): Promise<readonly SourceDigest[]> {
    const reading = {
      projects,
      pageSize: 10,
      run: (work: Parameters<ReadOnlyTransactions['run']>[0]) => {
        statements += 1;
        return transactions.run(work);
      },
      beforeEnd: async () => {},
    };
    const request = { stream, from: START, until: START + 5 * HOUR_MS, handover: START };
    const pace = aPace(sliceRows);
    return digestHours(request, reading as Parameters<typeof digestHours>[1], pace);
  }

  it('has the records of the stream alone, the same for any slice size, even if many rows were created at the same time', async () => {
    const rows = [0, 1, 2, 3, 3, 3, 3, 3, 4, 60, 61, 61, 61, 200, 299].map((minutes, index) => ({
      id: index % 3 === 0 ? `smile 😀 ${index}` : `g${index}`,
      created_at: at(minutes * 60_000),
      type: index % 5 === 0 ? ('SPAN' as const) : ('GENERATION' as const),
      project_id: index % 4 === 0 ? 'project-2' : 'project-1',
    }));
    await insertRows(database.client, 'observations', rows.map(aGeneration));
    type Wanted = (row: (typeof rows)[number]) => boolean;
    const of = (hour: number, wanted: Wanted): SourceDigest => {
      const inHour = (created: string): boolean => Math.floor((Date.parse(`${created}Z`) - START) / HOUR_MS) === hour;
      const keys = rows.filter((row) => inHour(row.created_at) && wanted(row)).map(({ id }) => id);
      return { hour: START + hour * HOUR_MS, records: keys.length, sums: keySums(keys) };
    };
    const isGeneration: Wanted = ({ type }) => type === 'GENERATION';
    const expected = (wanted: Wanted) =>
      [0, 1, 3, 4].map((hour) => of(hour, wanted)).filter(({ records }) => records > 0);
    for (const sliceRows of [1, 2, 3, 5, 100]) {
      expect(await digest(sliceRows), `slices of ${sliceRows}`).to.deep.equal(expected(isGeneration));
      expect(await digest(sliceRows, ['project-2'])).to.deep.equal(
        expected((row) => isGeneration(row) && row.project_id === 'project-2'),
      );
      expect(await digest(sliceRows, 'all', 'observation')).to.deep.equal(expected(() => true));
    }
  });

  it('takes few statements for hours without rows', async () => {
    expect(await digest(10)).to.deep.equal([]);
    expect(statements).to.equal(1);
  });
});
