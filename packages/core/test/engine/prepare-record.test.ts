import { expect } from 'chai';
import { EventChunks } from '#src/engine/delivery/event-chunks.js';
import { HeldRecords } from '#src/engine/delivery/held-records.js';
import { preparerOf } from '#src/engine/delivery/prepare-record.js';
import type { RecordInFlight } from '#src/engine/delivery/record-in-flight.js';
import { TextOutput } from '#src/contracts/text-output.js';

describe('preparing records', () => {
  it('tells which were in flight when the window was interrupted, by text and by objects alike', () => {
    const keys = ['a', 'b', 'c', 'd'];
    const text = {
      records: keys.length,
      bytes: Buffer.from(keys.join('')),
      starts: Uint32Array.from(keys.keys()),
      ends: Uint32Array.from(keys, (_, index) => index + 1),
      columns: 1,
      keyColumn: 0,
      createdAtColumn: 0,
      row: () => [],
    };
    const page = { part: 'created', rows: [], keys, createdAt: [], cursors: keys, text } as const;
    const chunks = new EventChunks();
    const line = {
      sink: {
        encode: () => ({ kind: 'rejected', reason: 'none', detail: 'not asked for' }) as const,
        textWriter: () => () => undefined,
      },
      output: new TextOutput(() => chunks.next()),
      chunks,
      clock: { now: () => 0 },
      held: new HeldRecords([]),
    };
    const prepared: RecordInFlight[] = [];
    const { write, encode } = preparerOf(
      { purpose: 'following', inFlightAtStop: 2 },
      {
        stream: 'note',
        fields: [],
        map: () => ({ kind: 'filtered', rule: 'only the second' }),
        eventText: { event: 'note', includes: (_page, record) => record !== 1, fields: [] },
      },
      line,
      { addRecord: (record) => prepared.push(record), addEvent: () => undefined, rejectUnsent: () => undefined },
    );
    for (const index of keys.keys()) if (write(page, index) === undefined) encode(page, index);
    const told = prepared.map(({ mappedAs: { outcome, repeat } }) => [outcome, repeat]);
    expect(told).to.deep.equal([
      ['mapped', 'resumed'],
      ['filtered', 'resumed'],
      ['mapped', undefined],
      ['mapped', undefined],
    ]);
  });
});
