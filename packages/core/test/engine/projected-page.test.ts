import { expect } from 'chai';
import { NULL_VALUE, type PageText } from '#src/contracts/page-text.js';
import type { RecordPage } from '#src/contracts/source.js';
import { projectPage } from '#src/engine/shared-read/projected-page.js';
import { columnsWithin, unionOfFields } from '#src/engine/shared-read/requested-fields.js';

const FIELDS = [{ field: 'id' }, { field: 'name' }, { field: 'meta', path: ['a'] }];
/** Two records of three fields; the second has no name, and a value that cannot be read. */
const VALUES = [
  ['1', 'one', 'x'],
  ['2', undefined, 'odd'],
] as const;

function aPage(): RecordPage {
  const cells = VALUES.flatMap((row) => [...row, row[0], '2026-01-01 00:00:00']);
  const bytes = Buffer.from(cells.map((cell) => cell ?? '').join(''));
  let at = 0;
  const places = cells.map((cell) => [cell === undefined ? NULL_VALUE : at, (at += cell?.length ?? 0)] as const);
  const rows = [
    ['1', 'one', 'x'],
    ['2', null, null],
  ];
  return {
    part: 'created',
    rows,
    keys: ['1', '2'],
    createdAt: [0, 0],
    cursors: ['c1', 'c2'],
    problems: new Map([[1, { field: 'meta.a', reason: 'is not JSON' }]]),
    text: {
      records: 2,
      bytes,
      starts: Uint32Array.from(places, ([start]) => start),
      ends: Uint32Array.from(places, ([, end]) => end),
      columns: 5,
      keyColumn: 3,
      createdAtColumn: 4,
      row: (record) => (record === 0 ? rows[0] : undefined),
    },
  };
}

function projected(fields: typeof FIELDS): RecordPage {
  return projectPage(aPage(), { fields, columns: columnsWithin(fields, FIELDS) ?? [] }, FIELDS.length);
}

function valueAt({ bytes, starts, ends, columns }: PageText, record: number, column: number): string | null {
  const cell = record * columns + column;
  return starts[cell] === NULL_VALUE ? null : bytes.toString('utf8', starts[cell], ends[cell]);
}

const ID = { field: 'id' };
const NAME = { field: 'name' };
const META = { field: 'meta', path: ['a'] };

describe('the page of one of several sinks', () => {
  for (const [title, fields] of Object.entries({
    'the first fields': [ID, NAME],
    'fields in another order': [NAME, ID],
    'a field alone': [META],
  })) {
    it(`has the values of ${title}, as rows and as text, with key and time`, () => {
      const page = projected(fields);
      const columns = columnsWithin(fields, FIELDS) ?? [];
      expect(page.rows[0]).to.deep.equal(columns.map((column) => VALUES[0][column]));
      const { text } = page;
      if (text === undefined) throw new Error('the page has no text');
      for (const record of [0, 1]) {
        const values = fields.map((_, column) => valueAt(text, record, column));
        expect(values).to.deep.equal(columns.map((column) => VALUES[record]?.[column] ?? null));
        expect(valueAt(text, record, text.keyColumn)).to.equal(VALUES[record]?.[0]);
        expect(valueAt(text, record, text.createdAtColumn)).to.equal('2026-01-01 00:00:00');
      }
      expect(text.row(0)).to.deep.equal(page.rows[0]);
    });
  }

  it('has the problem of a field that it reads, and not that of another', () => {
    expect(projected([ID, NAME]).problems?.size).to.equal(0);
    expect(projected([ID, NAME]).text?.row(1)).to.deep.equal(['2', null]);
    expect(projected([META, ID]).problems?.get(1)).to.deep.equal({ field: 'meta.a', reason: 'is not JSON' });
    expect(projected([META, ID]).text?.row(1)).to.equal(undefined);
  });

  it('is the page itself when it reads the same fields', () => {
    const page = aPage();
    expect(projectPage(page, { fields: FIELDS, columns: [0, 1, 2] }, 3)).to.equal(page);
  });

  it('comes from a read of every field once', () => {
    expect(unionOfFields([[NAME, ID], [META], [ID]])).to.deep.equal([NAME, ID, META]);
    expect(columnsWithin([META], [ID, NAME])).to.equal(undefined);
    expect(columnsWithin([{ field: 'meta' }], FIELDS)).to.equal(undefined);
  });
});
