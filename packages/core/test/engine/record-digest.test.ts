import { expect } from 'chai';
import fc from 'fast-check';
import type { RecordPage } from '@sluice/core/source';
import { createdHour } from '#src/engine/delivery/record-digest.js';

const HOUR_MS = 3_600_000;
/** What the list says: only a text that does not tell the hour makes it be read. */
const LISTED = 12;

/** A page of one record with this time of creation. */
function createdAt(text: string): RecordPage {
  const bytes = Buffer.from(`before${text}`);
  const lists = { rows: [[]], keys: ['a'], createdAt: [LISTED * HOUR_MS + 1], cursors: ['a'] };
  const places = { starts: Uint32Array.of(6), ends: Uint32Array.of(bytes.length) };
  const columns = { records: 1, columns: 1, keyColumn: 0, createdAtColumn: 0 };
  return { part: 'created', ...lists, text: { bytes, ...places, ...columns, row: () => [] } };
}

describe('the hour of a record', () => {
  it('is that of its time of creation, in every year of four digits', () => {
    const bounds = { min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z') };
    fc.assert(
      fc.property(fc.date({ ...bounds, noInvalidDate: true }), (date) => {
        const text = date.toISOString().replace('T', ' ').replace('Z', '');
        expect(createdHour(createdAt(text), 0)).to.equal(Math.floor(date.getTime() / HOUR_MS));
      }),
    );
  });

  for (const text of ['0144-03-15 10:00:00 BC', '10000-01-01 00:00:00', 'infinity', '-infinity', '']) {
    it(`is left to the list of the page where the text is ${text === '' ? 'empty' : text}`, () => {
      expect(createdHour(createdAt(text), 0)).to.equal(LISTED);
    });
  }
});
