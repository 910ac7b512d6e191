import { expect } from 'chai';
import fc from 'fast-check';
import { NULL_VALUE } from '@sluice/core/text';
import { epochMs } from '#src/fields/time-expressions.js';
import { TextPage } from '#src/read/text-page.js';
import { TextRecords } from '#src/read/text-records.js';
import { timestampMs } from '#src/read/timestamp-ms.js';
import { ReadOnlyTransactions } from '#src/read/read-only-transactions.js';
import { langfusePostgresSourceConfig } from '#src/config.js';
import { recordColumns } from '#src/sql/record-columns.js';
import { selectionOf } from '#src/sql/selection.js';
import { raw, sql } from '#src/sql/sql.js';
import { streamNamed } from '#src/streams.js';
import { anEmptyDatabase } from './test-database.js';

const texts = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '\\', '\\N', '\\\\N', 'N', '\t', '\n', '\r\n', '\v\f\b', 'a\\tb', '\u2028', '😀'),
  ),
  { nil: null },
);

/** As PostgreSQL's documentation of COPY says. */
function copied(rows: readonly (readonly (string | null)[])[]): { bytes: Buffer; rows: number } {
  const letters: Record<string, string> = {
    '\b': 'b',
    '\f': 'f',
    '\n': 'n',
    '\r': 'r',
    '\t': 't',
    '\v': 'v',
    '\\': '\\',
  };
  const written = (text: string): string => text.replaceAll(/[\b\f\n\r\t\v\\]/g, (letter) => `\\${letters[letter]}`);
  const lines = rows.map((row) => `${row.map((text) => (text === null ? '\\N' : written(text))).join('\t')}\n`);
  return { bytes: Buffer.from(lines.join('')), rows: rows.length };
}

function selected(stream: string, ...fields: readonly string[]) {
  const selection = selectionOf(
    streamNamed(stream),
    fields.map((field) => ({ field })),
  );
  return { selection, columns: recordColumns(selection) };
}

describe('records in the text format of COPY', () => {
  const { columns } = selected('generation', 'name', 'model');

  it('give back every text and null', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts, texts, texts), { maxLength: 5 }), (rows) => {
        const records = TextRecords.of(copied(rows), columns);
        expect(records.count).to.equal(rows.length);
        const read = rows.map((row, record) => row.map((_, column) => records.text(record, column)));
        expect(read).to.deep.equal(rows);
      }),
    );
  });

  it('can be picked in any order', () => {
    const records = TextRecords.of(copied(['a', 'b', 'c'].map((id) => [id, null, id, ''])), columns);
    const picked = records.picked([2, 0]);
    expect([picked.count, picked.key(0), picked.key(1), picked.text(1, 1)]).to.deep.equal([2, 'c', 'a', null]);
  });

  it('are refused when a value is missing', () => {
    expect(() => TextRecords.of({ ...copied([['a', 'b', 'c', 'd']]), rows: 2 }, columns)).to.throw(
      '4 values instead of 8',
    );
  });

  it('have no value where a blank means none', () => {
    const blanks = ['', ' ', '\t\n', '\u00a0', '\ufeff', '\u2028 \v'];
    const others = ['\\', 'x', ' x', '\u200b', 'é', '0', '\u007f'];
    const { columns: withUser } = selected('trace', 'user_id');
    const records = TextRecords.of(copied([...blanks, ...others].map((text) => [text, 'id', '2026-01-01'])), withUser);
    const read = Array.from({ length: records.count }, (_, record) => records.text(record, 0));
    expect(read).to.deep.equal([...blanks.map(() => null), ...others]);
    expect([...records.starts].filter((start) => start === NULL_VALUE)).to.have.length(blanks.length);
  });
});

describe('a page of text', () => {
  const { selection, columns } = selected('generation', 'id', 'input_units', 'trace.tags', 'total_cost');
  const rows = [
    ['a', '1', '["x", "\\""]', '0.5', '2026-01-02 03:04:05.678'],
    ['b', 'NaN', '[]', 'NaN', 'infinity'],
    ['c', '2', '[["x"]]', null, '2026-01-02 03:04:05'],
  ];
  const page = new TextPage({
    part: 'event',
    records: TextRecords.of(copied(rows), columns),
    selection,
    cursorOf: (record) => `after ${record}`,
  });

  it('has the lists of its records', () => {
    expect(page.keys).to.deep.equal(['a', 'b', 'c']);
    expect(page.createdAt).to.deep.equal([Date.UTC(2026, 0, 2, 3, 4, 5, 678), 0, Date.UTC(2026, 0, 2, 3, 4, 5)]);
    expect(page.cursors).to.deep.equal(['after 0', 'after 1', 'after 2']);
    expect(page.rows).to.deep.equal([
      ['a', 1, ['x', '"'], 0.5],
      ['b', null, [], null],
      ['c', 2, null, null],
    ]);
    expect([...page.problems].map(([record, { field }]) => [record, field])).to.deep.equal([
      [1, 'input_units'],
      [2, 'trace.tags'],
    ]);
  });

  it('decodes one record, unless one of its values is a problem', () => {
    expect([0, 1, 2].map((record) => page.text?.row(record))).to.deep.equal([page.rows[0], undefined, undefined]);
    expect([page.text?.columns, page.text?.keyColumn, page.text?.createdAtColumn]).to.deep.equal([5, 0, 4]);
  });

  it('is no text where a database gives bytes that are not UTF-8: their characters are replaced', () => {
    const given = copied([['a', '1', '["?"]', '0.5', '2026-01-02 03:04:05']]);
    given.bytes[given.bytes.indexOf('?')] = 0xff;
    const records = TextRecords.of(given, columns);
    const odd = new TextPage({ part: 'event', records, selection, cursorOf: () => '' });
    expect(odd.text).to.equal(undefined);
    expect(odd.rows).to.deep.equal([['a', 1, ['\ufffd'], 0.5]]);
  });

  it('has only keys and a problem when its values could not be read', () => {
    const problem = { reason: 'cannot be read' };
    const bare = recordColumns({ ...selection, values: [] });
    const records = TextRecords.of(copied([['a', '2026-01-01 00:00:00']]), bare);
    const unread = new TextPage({ part: 'event', records, selection, cursorOf: () => '', problem });
    expect(unread.text).to.equal(undefined);
    expect([...unread.problems]).to.deep.equal([[0, problem]]);
    expect([unread.keys, unread.rows]).to.deep.equal([['a'], [[null, null, null, null]]]);
  });
});

describe('values read as text', () => {
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
      SELECT ${raw(epochMs('at'))}, at FROM (
        SELECT text::timestamp AS at FROM unnest(${TIMES}::text[]) AS given (text)
        UNION ALL SELECT ${raw(WHOLE_DAYS)} FROM generate_series(0, 2000) AS n
      ) AS times`;
    const { bytes } = await transactions.run((_, copy) => copy(statement));
    await transactions.close();
    const lines = bytes.toString().split('\n').slice(0, -1);
    expect(lines).to.have.length(TIMES.length + 2001);
    const wrong = lines.filter((line) => {
      const [ms, text = ''] = line.split('\t');
      const read = timestampMs(Buffer.from(`before\t${text}\t.999 BC`), 7, 7 + text.length);
      return read !== (ms === '\\N' ? null : Number(ms));
    });
    expect(wrong).to.deep.equal([]);
  });
});
