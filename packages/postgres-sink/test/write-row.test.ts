import type { MappedEvent } from '@sluice/core/sink';
import { TextOutput } from '@sluice/core/text';
import { aUuid, eventText } from '@sluice/testkit';
import { expect } from 'chai';
import { encodeRow } from '#src/encode-row.js';
import { tableColumns } from '#src/table-columns.js';
import { writeRow } from '#src/write-row.js';

const COLUMNS = tableColumns([
  {
    event: 'chat',
    fields: {
      time: { type: 'timestamp', nullable: false },
      groups: { names: { company: { type: 'text', nullable: true } } },
      properties: { names: { time: { type: 'text', nullable: true }, note: { type: 'text', nullable: true } } },
    },
  },
]);

/** What is written as text; undefined where the event is declined. */
function written(event: MappedEvent): string | undefined {
  const { event: text, page } = eventText([event]);
  const output = new TextOutput();
  output.begin();
  writeRow(text, COLUMNS)?.(page, 0, output);
  return output.isDeclined ? undefined : output.bytes.toString('utf8', output.start, output.length);
}

function encoded(event: MappedEvent): string | undefined {
  const encoding = encodeRow(event, COLUMNS);
  return encoding.kind === 'encoded' ? encoding.event.text : undefined;
}

function aChat(note: string): MappedEvent {
  const time = '2026-01-15T09:00:00.000Z';
  return { event: 'chat', uuid: aUuid(1), time, groups: { company: 'acme' }, properties: { time: 'noon', note } };
}

describe('a row as text', () => {
  it('is the row that an object becomes, by the columns', () => {
    const row = `{"event":"chat","uuid":"${aUuid(1)}","time":"2026-01-15T09:00:00.000Z","groups":{"company":"acme"},"property_time":"noon","note":"\\"ü\\""}`;
    expect(written(aChat('"ü"'))).to.equal(row);
    expect(encoded(aChat('"ü"'))).to.equal(row);
  });

  it('is declined where Postgres may not store it, and the object decides', () => {
    for (const note of ['a\0b', 'half \ud83d', '\u0001']) expect(written(aChat(note)), note).to.equal(undefined);
    expect(encoded(aChat('a\0b'))).to.equal(undefined);
    expect(encoded(aChat('\u0001'))).to.include(String.raw`\u0001`);
  });
});
