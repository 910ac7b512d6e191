import type { EventDescription, MappedEvent } from '@sluice/core/sink';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';
import { aDatabase, aSink, ddlOf, send } from './a-table.js';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 0, 15, 9);

const EVENTS: readonly EventDescription[] = ['chat', 'score'].map((event) => ({
  event,
  fields: { uuid: { type: 'text', nullable: false }, time: { type: 'timestamp', nullable: false } },
}));

function anEventAt(event: string, number: number, time: number): MappedEvent {
  return { event, uuid: aUuid(number), time: new Date(time).toISOString() };
}

/** As the contract defines it. */
function sumOf(numbers: readonly number[], start: number): bigint {
  const halves = numbers.map((number) => Buffer.from(aUuid(number).replaceAll('-', ''), 'hex').readBigUInt64LE(start));
  return BigInt.asUintN(
    64,
    halves.reduce((sum, half) => sum + half, 0n),
  );
}

describe('what the table of the Postgres sink has', () => {
  it('is counted by hour and name with checksums, and listed', async () => {
    const { url, client } = await aDatabase();
    await client.query(ddlOf(EVENTS, { url }));
    const sink = aSink(EVENTS, { url });
    await sink.open();
    await send(sink, [
      ...[0, 1, 2].map((number) => anEventAt('chat', number, FROM + number)),
      anEventAt('chat', 3, FROM + HOUR),
      anEventAt('chat', 4, FROM + 2 * HOUR),
      anEventAt('score', 5, FROM),
    ]);
    await send(sink, [anEventAt('chat', 1, FROM + 1)]);
    const arrivals = sink.arrivals?.();
    const range = { from: FROM, until: FROM + 2 * HOUR };
    expect(await arrivals?.hours({ ...range, events: ['chat'] })).to.have.deep.members([
      { hour: FROM, event: 'chat', uuids: 3, sums: [sumOf([0, 1, 2], 0), sumOf([0, 1, 2], 8)] },
      { hour: FROM + HOUR, event: 'chat', uuids: 1, sums: [sumOf([3], 0), sumOf([3], 8)] },
    ]);
    const sorted = [0, 1, 2].map(aUuid).toSorted();
    const first = { from: FROM, until: FROM + HOUR, event: 'chat' };
    expect(await arrivals?.uuids(first)).to.deep.equal({ uuids: sorted });
    expect(await arrivals?.uuids({ ...first, after: sorted[0] ?? '' })).to.deep.equal({ uuids: sorted.slice(1) });
    await sink.close();
  });

  it('cannot be asked for where the events have no time', () => {
    const sink = aSink([{ event: 'chat', fields: {} }], { url: 'postgres://a:b@localhost/c' });
    expect(() => sink.arrivals?.()).to.throw('no field `time`');
  });
});
