import { expect } from 'chai';
import fc from 'fast-check';
import { RecordIndex } from '#src/record-index.js';
import { TextRecords } from '#src/text-records.js';

/** Two keys, of which the first decides on the slot, and a value. */
const rows = fc.array(
  fc.tuple(
    fc.oneof(fc.constantFrom(null, '', 'a', 'b', 'a\tb'), fc.string(), fc.uuid()),
    fc.constantFrom(null, '', 'p', 'q'),
    fc.constantFrom(null, 'x', 'y "z"'),
  ),
  { maxLength: 60 },
);
type Rows = readonly (readonly (string | null)[])[];

function recordsOf(values: Rows): TextRecords {
  const written = (text: string | null): string =>
    text === null
      ? String.raw`\N`
      : text
          .replaceAll('\\', '\\\\')
          .replaceAll('\t', String.raw`\t`)
          .replaceAll('\n', String.raw`\n`);
  const text = values.map((row) => `${row.map(written).join('\t')}\n`).join('');
  const columns = { count: 3, key: 0, createdAt: 0, others: [], blankIsNull: [] };
  return TextRecords.of({ bytes: Buffer.from(text), rows: values.length }, columns);
}

const keyOf = ([first, second]: readonly (string | null | undefined)[]): string => JSON.stringify([first, second]);

describe('an index of records', () => {
  it('finds the first record with the same values, as a map of texts would', () => {
    fc.assert(
      fc.property(rows, rows, (own, others) => {
        const index = new RecordIndex(recordsOf(own), [0, 1]);
        const firstWith = (row: Rows[number]) => own.findIndex((each) => keyOf(each) === keyOf(row));
        expect([...index.firsts]).to.deep.equal(own.map(firstWith));
        const asked = recordsOf(others);
        expect(others.map((_, record) => index.find(asked, record, [0, 1]))).to.deep.equal(others.map(firstWith));
      }),
    );
  });

  it('finds keys in any columns', () => {
    const index = new RecordIndex(recordsOf([['a', 'p', null]]), [0, 1]);
    expect(index.find(recordsOf([['p', null, 'a']]), 0, [2, 0])).to.equal(0);
    expect(index.find(recordsOf([['a', 'p', null]]), 0, [1, 0])).to.equal(-1);
  });

  it('lets records take over the values of those that it finds', () => {
    fc.assert(
      fc.property(rows, rows, rows, (own, some, more) => {
        const records = recordsOf(own);
        const others = [some, more].map((each) => {
          const index = new RecordIndex(recordsOf(each), [0, 1]);
          const matches = Int32Array.from(own, (_, record) => index.find(records, record, [0, 1]));
          return { records: index.records, matches };
        });
        records.takeOver([2, 1], others);
        const expected = own.map((row) => {
          const other = [...more, ...some].find((each) => more.includes(each) && keyOf(each) === keyOf(row));
          const found = other ?? some.find((each) => keyOf(each) === keyOf(row));
          return found === undefined ? row : [row[0], found[1], found[0]];
        });
        expect(own.map((_, record) => [0, 1, 2].map((column) => records.text(record, column)))).to.deep.equal(expected);
      }),
    );
  });
});
