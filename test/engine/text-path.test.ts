import { createHash } from 'node:crypto';
import type { Mapper } from '@sluice/core/config';
import type { EventText, PageText, WriteValue } from '@sluice/core/text';
import { recordingSink, type MemoryRecord } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, HOUR, memoryNotes, NOW, notes } from './a-pipeline.js';

function valueAt(page: PageText, record: number, column: number): string {
  const at = record * page.columns + column;
  return page.bytes.toString('utf8', page.starts[at], page.ends[at]);
}

const writeText =
  (valueOf: (page: PageText, record: number) => string): WriteValue =>
  (page, record, output) => {
    const value = valueOf(page, record);
    if (value === 'odd') return output.decline();
    output.write(JSON.stringify(value));
    return true;
  };

/** The events of `aPipeline` as text; they say so. A note with the text `odd` is declined. */
const asText: EventText = {
  event: 'note',
  includes: (page, record) => !['excluded', 'unmappable'].includes(valueAt(page, record, 1)),
  fields: [
    { kind: 'value', name: 'uuid', write: writeText((page, record) => uuidOf(valueAt(page, record, 0))) },
    { kind: 'value', name: 'id', write: writeText((page, record) => valueAt(page, record, 0)) },
    { kind: 'value', name: 'text', write: writeText((page, record) => valueAt(page, record, 1)) },
    { kind: 'value', name: 'path', write: writeText(() => 'text') },
  ],
};

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function withText({ events, hash, streams }: Mapper): Mapper {
  return { events, hash, streams: streams.map((stream) => ({ ...stream, eventText: asText })) };
}

/** What the destination has of each note: its text, and the path that it took. */
async function exported(records: readonly MemoryRecord[], asTextToo = true) {
  const source = memoryNotes(records, { asText: asTextToo, now: () => NOW });
  const sink = recordingSink();
  const bench = aPipeline({ source, sink });
  const pipeline = aPipeline({ source, sink, mapper: withText(bench.pipeline.mapper) });
  const result = await pipeline.run();
  const paths = [...sink.latest().values()].map(({ id, text, path }) => [id, text, path ?? 'object'].join(' '));
  return {
    result,
    paths: paths.toSorted(),
    letters: await pipeline.deadLetters(),
    totals: (await pipeline.state()).totals,
    digests: await pipeline.pipeline.state.reader('notes').digests('note', 0, Number.POSITIVE_INFINITY),
  };
}

describe('the text path', () => {
  const at = NOW - 4 * HOUR;

  it('delivers events as they were written', async () => {
    const { paths, result } = await exported([aNote('a', at, 'one "two" \n 🙂'), aNote('b', at, 'two')]);
    expect(paths).to.deep.equal(['a one "two" \\n 🙂 text', 'b two text']);
    expect(result.outcome).to.equal('done');
  });

  it('maps and encodes a record whose event the sink declines to write', async () => {
    const { paths } = await exported([aNote('a', at), aNote('b', at, 'odd'), aNote('c', at)]);
    expect(paths).to.deep.equal(['a text of a text', 'b odd object', 'c text of c text']);
  });

  it('leaves to the mapping what becomes of a record that it does not include', async () => {
    const records = [...notes(60), aNote('x', at, 'excluded'), aNote('y', at, 'unmappable')];
    const { paths, letters } = await exported(records);
    expect(paths.filter((path) => path.endsWith('object'))).to.deep.equal(['x excluded object']);
    expect(paths).to.have.length(61);
    expect(letters.map(({ key, reason }) => [key, reason])).to.deep.equal([['y', 'mapping-failed']]);
  });

  it('counts and digests records as the object path does', async () => {
    const records = [...notes(150), aNote('ключ \\ с \t табуляцией', at), aNote('x', at, 'excluded')];
    const [byText, byObject] = [await exported(records), await exported(records, false)];
    expect(byObject.paths.every((path) => path.endsWith('object'))).to.equal(true);
    expect(byText.totals).to.deep.equal(byObject.totals);
    expect(byText.digests).to.deep.equal(byObject.digests);
  });
});
