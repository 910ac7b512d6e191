import { TextRecords } from '@sluice/tab-separated';
import { expect } from 'chai';
import { epochMs, raw, sql } from '@sluice/postgres';
import { ReadOnlyTransactions } from '#src/read/read-only-transactions.js';
import { langfusePostgresSourceConfig } from '#src/config.js';
import { anEmptyDatabase } from './test-database.js';

describe('times read as text', () => {
  const TIMES = [
    '1970-01-01',
    '1969-12-31 23:59:59.999999',
    '1969-12-31 23:59:59.9995',
    '2024-02-29 23:59:59.999',
    '2100-02-28',
    '2100-03-01',
    '2000-02-29',
    '1900-03-01',
    '1600-02-29 12:00:00.000001',
    '0001-01-01',
    '0001-12-31 BC',
    '0005-02-29 BC',
    '0005-02-28 BC',
    '0044-03-15 12:34:56.789 BC',
    '4714-11-24 BC',
    '9999-12-31 23:59:59.999',
    '10000-01-01',
    '275760-09-13',
    '275760-09-13 00:00:00.001',
    '294276-12-31 23:59:59.999999',
    '2026-01-31 09:30:00.1',
    '2026-01-31 09:30:00.12',
    '2026-01-31 09:30:00.000999',
    'infinity',
    '-infinity',
  ] as const;
  const WHOLE_DAYS = `timestamp '4713-01-01 BC' + n * interval '970 days 7 hours 13 minutes 5.123457 seconds'`;

  it('are what the database itself computes from them', async () => {
    const { url } = await anEmptyDatabase();
    const transactions = new ReadOnlyTransactions(langfusePostgresSourceConfig.parse({ url }));
    const statement = sql`
      SELECT ${raw(epochMs('at'))}, at, '.999 BC' FROM (
        SELECT text::timestamp AS at FROM unnest(${TIMES}::text[]) AS given (text)
        UNION ALL SELECT ${raw(WHOLE_DAYS)} FROM generate_series(0, 2000) AS n
      ) AS times`;
    const copied = await transactions.run((_, copy) => copy(statement));
    await transactions.close();
    const records = TextRecords.of(copied, { count: 3, key: 0, createdAt: 1, others: [], blankIsNull: [] });
    expect(records.count).to.equal(TIMES.length + 2001);
    const wrong = Array.from({ length: records.count }, (_, record) => {
      const ms = records.text(record, 0);
      return {
        text: records.text(record, 1),
        read: records.time(record, 1),
        expected: ms === null ? null : Number(ms),
      };
    }).filter(({ read, expected }) => read !== expected);
    expect(wrong).to.deep.equal([]);
  });
});
