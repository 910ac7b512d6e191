import type { RecordPage, SourceDigest, Window } from '@sluice/core/source';
import { SourceDriftError } from '@sluice/core/source';
import { aGeneration, aTrace, insertRows } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { digestHours } from '#src/read/digest-hours.js';
import { ReadingPace, SlowStatementError, type SqlCopy, type SqlQuery, type TextRow } from '@sluice/postgres';
import { langfusePostgresSourceConfig } from '#src/config.js';
import { getRecords } from '#src/read/get-records.js';
import { ReadOnlyTransactions } from '#src/read/read-only-transactions.js';
import { readWindow, type WindowReading } from '#src/read/read-window.js';
import { everything } from './a-source.js';
import { aLangfuseDatabase, type TestDatabase } from './test-database.js';

const DAY = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;
const KEYS = Array.from({ length: 30 }, (_, index) => `k${String(index).padStart(2, '0')}`);
const FIELDS = [{ field: 'name' }, { field: 'trace.name' }];

function at(minutes: number): string {
  return new Date(DAY + minutes * 60_000).toISOString().slice(0, -1);
}

/** Its two names are its key: without them, a statement has the key once or, of a generation, as that of its trace too. */
function hasFieldsOf(key: string, texts: readonly string[]): boolean {
  return texts.filter((text) => text === key).length > 2;
}

describe('a statement that is slower than its time limit', () => {
  let database: TestDatabase;
  let transactions: ReadOnlyTransactions;

  before(async () => {
    database = await aLangfuseDatabase({ isShared: true });
    // Every generation has a span beside it, and the traces are all older than the windows of following.
    const times = KEYS.map((id, index) => ({ id, created_at: at(index), updated_at: at(200) }));
    await insertRows(
      database.client,
      'traces',
      times.map((values) => aTrace({ ...values, name: values.id })),
    );
    await insertRows(
      database.client,
      'observations',
      times.flatMap((values) => [
        aGeneration({ ...values, name: values.id, trace_id: values.id }),
        aGeneration({ ...values, id: `${values.id}-span`, type: 'SPAN', trace_id: values.id }),
      ]),
    );
    transactions = new ReadOnlyTransactions(langfusePostgresSourceConfig.parse({ url: database.url }));
  });
  after(async () => {
    await transactions.close();
    await database.client.end();
  });

  /** A reading of a database in which a statement is too slow when `isSlow` says so of its rows and texts. */
  function aReading(isSlow: (rows: number, texts: readonly string[]) => boolean): WindowReading & {
    readonly pace: ReadingPace;
    readonly slower: number[];
  } {
    const slower: number[] = [];
    const pace = new ReadingPace({
      pageSize: 16,
      statementTimeoutMs: 1000,
      monotonicMs: () => 0,
      onSlower: (rows) => slower.push(rows),
    });
    const limit = (rows: readonly TextRow[]): void => {
      const texts = rows.flatMap((row) => row.map((text) => text ?? ''));
      if (!isSlow(rows.length, texts)) return;
      throw new SlowStatementError('too slow', { isTimeLimit: true });
    };
    const limitedQuery =
      (query: SqlQuery): SqlQuery =>
      async (statement) => {
        const rows = await query(statement);
        limit(rows);
        return rows;
      };
    const limitedCopy =
      (copy: SqlCopy): SqlCopy =>
      async (statement) => {
        const copied = await copy(statement);
        const lines = copied.bytes.toString().split('\n').slice(0, -1);
        limit(lines.map((line) => line.split('\t')));
        return copied;
      };
    return {
      projects: 'all',
      content: 'omit',
      pageSize: 16,
      pace,
      slower,
      paceOf: () => pace,
      run: (work) => transactions.run((query, copy) => work(limitedQuery(query), limitedCopy(copy))),
      beforeEnd: async () => {},
    };
  }

  async function keysOf(pages: AsyncIterable<RecordPage>): Promise<string[]> {
    const keys = new Set<string>();
    for await (const page of pages) for (const key of page.keys) keys.add(key);
    return [...keys].toSorted();
  }

  const later = { axis: 'change', from: DAY + 3 * HOUR_MS, until: DAY + 4 * HOUR_MS, revisitMs: 24 * HOUR_MS } as const;
  const windows: readonly (readonly [title: string, window: Window])[] = [
    ['a backfill of traces', everything('trace')],
    ['a backfill of generations', everything('generation')],
    ['created generations', { ...later, stream: 'generation', from: DAY, revisitMs: 0 }],
    ['changed traces', { ...later, stream: 'trace' }],
    ['changed generations', { ...later, stream: 'generation' }],
  ];
  for (const [title, window] of windows) {
    it(`is followed by smaller ones that read the same records: ${title}`, async () => {
      const reading = aReading((rows) => rows > 3);
      expect(await keysOf(readWindow({ window, fields: FIELDS }, reading))).to.deep.equal(KEYS);
      expect(reading.slower).to.include.members([16, 4]);
    });

    it(`is followed by larger ones again: ${title}`, async () => {
      let failures = 2;
      const reading = aReading((rows) => rows > 3 && (failures -= 1) >= 0);
      expect(await keysOf(readWindow({ window, fields: FIELDS }, reading))).to.deep.equal(KEYS);
      expect(reading.slower).to.deep.equal([16, 4]);
      expect(failures).to.be.lessThan(0);
    });

    it(`ends, for a single record, with its key and the option: ${title}`, async () => {
      const reading = aReading((_rows, texts) => hasFieldsOf('k17', texts));
      const error: unknown = await keysOf(readWindow({ window, fields: FIELDS }, reading)).catch((failure) => failure);
      expect(error).to.be.instanceOf(SourceDriftError);
      expect((error as SourceDriftError).message).to.match(/reading the \w+ k17 alone .* statementTimeoutSeconds/);
    });
  }

  it('is followed by smaller ones even where the rows of others make it slow', async () => {
    await insertRows(
      database.client,
      'observations',
      KEYS.map((id, index) => aGeneration({ id: `other-${id}`, project_id: 'project-2', created_at: at(index) })),
    );
    const reading = { ...aReading((rows) => rows > 3), projects: ['project-2'] };
    const window = everything('generation');
    expect(await keysOf(readWindow({ window, fields: FIELDS }, reading))).to.deep.equal(
      KEYS.map((id) => `other-${id}`),
    );
    await database.client.query(`DELETE FROM observations WHERE project_id = 'project-2'`);
  });

  it('is followed by smaller ones: records by key', async () => {
    const reading = aReading((rows) => rows > 3);
    const request = { stream: 'trace', keys: KEYS, fields: FIELDS };
    expect(await keysOf(getRecords(request, reading))).to.deep.equal(KEYS);
    const slow = aReading((_rows, texts) => hasFieldsOf('k17', texts));
    const error: unknown = await keysOf(getRecords(request, slow)).catch((failure) => failure);
    expect((error as Error).message).to.contain('reading the trace k17 alone');
  });

  it('is followed by smaller ones: digests', async () => {
    const request = { stream: 'trace', from: DAY, until: DAY + 24 * HOUR_MS, handover: DAY };
    const digest = async (reading: ReturnType<typeof aReading>): Promise<readonly SourceDigest[]> =>
      digestHours(request, reading, reading.pace);
    const slow = aReading((_rows, [counted]) => Number(counted) > 3 && Number(counted) < 1000);
    expect(await digest(slow)).to.deep.equal(await digest(aReading(() => false)));
    expect(slow.slower).to.include(1);
    const never: unknown = await digest(aReading(() => true)).catch((failure) => failure);
    expect(never).to.be.instanceOf(SourceDriftError);
  });
});
