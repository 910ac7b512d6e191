import type { FieldSchema } from '@sluice/core/source';
import { expect } from 'chai';
import { fieldValue, WrongValue } from '#src/field-value.js';

const TIME: FieldSchema = { type: 'timestamp', nullable: true, changeable: false, personal: false, doc: 'When.' };

describe('the time of a field', () => {
  const { TZ } = process.env;
  before(() => {
    process.env['TZ'] = 'America/New_York';
  });
  after(() => {
    if (TZ === undefined) delete process.env['TZ'];
    else process.env['TZ'] = TZ;
  });

  for (const [written, at] of [
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-01-31T23:30:00.5', Date.UTC(2026, 0, 31, 23, 30, 0, 500)],
    ['2026-01-31 23:30', Date.UTC(2026, 0, 31, 23, 30)],
    ['2026-01-31T23:30:00-02:00', Date.UTC(2026, 1, 1, 1, 30)],
    ['+002026-01-31T00:00:00Z', Date.UTC(2026, 0, 31)],
    ['Sat, 31 Jan 2026 00:00:00 GMT', Date.UTC(2026, 0, 31)],
  ] as const) {
    it(`is read from ${written}`, () => {
      expect(fieldValue({ at: written }, { field: 'at' }, TIME, 'at')).to.equal(at);
    });
  }

  for (const written of ['2026-02-30', '2026-02-29T10:00:00Z', '2026-04-31T10:00:00+02:00', 'yesterday']) {
    it(`is not read from ${written}`, () => {
      expect(fieldValue({ at: written }, { field: 'at' }, TIME, 'at'))
        .to.be.instanceOf(WrongValue)
        .and.to.have.property('reason', 'is not a time');
    });
  }
});
