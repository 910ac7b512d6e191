import { expect } from 'chai';
import fc from 'fast-check';
import type { FieldType } from '@sluice/core/source';
import { NULL_VALUE } from '@sluice/core/text';
import { TextPage } from '#src/text-page.js';
import { TextRecords, type TextColumns } from '#src/text-records.js';

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

/** So many fields, then the key and the time. */
function columnsOf(fields: number): TextColumns {
  return { count: fields + 2, key: fields, createdAt: fields + 1, others: [], blankIsNull: [] };
}

describe('records in tab-separated text', () => {
  const columns = columnsOf(2);

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

  it('tell which texts a JSON string has as they are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, texts, texts, texts), { maxLength: 5 }), (rows) => {
        const records = TextRecords.of(copied(rows), columns);
        const plain = rows.flatMap((row, record) =>
          row.map((text, column) => text === null || records.isPlain[record * columns.count + column] === 1),
        );
        expect(plain).to.deep.equal(rows.flat().map((text) => text === null || JSON.stringify(text) === `"${text}"`));
      }),
    );
  });

  it('are told apart by every byte of ASCII, wherever it stands', () => {
    const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
    const places = Array.from({ length: 9 }, (_, letters) => letters);
    const values = characters.flatMap((each) =>
      places.map((letters) => `${'~'.repeat(letters)}${each}é${'#'.repeat(8 - letters)}`),
    );
    const records = TextRecords.of(copied(values.map((text) => [text, text, 'id', ''])), columns);
    const read = values.map((_, record) => [records.text(record, 1), records.isPlain[record * columns.count + 1]]);
    expect(read).to.deep.equal(values.map((text) => [text, JSON.stringify(text) === `"${text}"` ? 1 : 0]));
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
    const withUser = { ...columnsOf(1), blankIsNull: [0] };
    const records = TextRecords.of(copied([...blanks, ...others].map((text) => [text, 'id', '2026-01-01'])), withUser);
    const read = Array.from({ length: records.count }, (_, record) => records.text(record, 0));
    expect(read).to.deep.equal([...blanks.map(() => null), ...others]);
    expect([...records.starts].filter((start) => start === NULL_VALUE)).to.have.length(blanks.length);
  });
});

describe('a page of text', () => {
  const names = ['id', 'input_units', 'trace.tags', 'total_cost'];
  const types: readonly FieldType[] = ['text', 'number', 'text[]', 'number'];
  const selection = { names, fields: types.map((type, column) => ({ type, nullable: column > 1 })) };
  const columns: TextColumns = { count: 5, key: 0, createdAt: 4, others: [], blankIsNull: [] };
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
    const records = TextRecords.of(copied([['a', '2026-01-01 00:00:00']]), columnsOf(0));
    const unread = new TextPage({ part: 'event', records, selection, cursorOf: () => '', problem });
    expect(unread.text).to.equal(undefined);
    expect([...unread.problems]).to.deep.equal([[0, problem]]);
    expect([unread.keys, unread.rows]).to.deep.equal([['a'], [[null, null, null, null]]]);
  });
});
