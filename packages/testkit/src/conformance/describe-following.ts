import { expect } from 'chai';
import { it } from 'mocha';
import type { RecordPage, Window } from '@sluice/core/source';
import { mustHold } from './rule.js';
import { creationTimes, keysOf, placesOf, type DescribeSourceOptions, type SourceBench } from './source-bench.js';

/** The parts of a window on the axis `change`, and the effect of the handover. */
export function describeFollowing(
  bench: () => SourceBench,
  { changes = false, derives = false }: Pick<DescribeSourceOptions, 'changes' | 'derives'>,
): void {
  /** The first two records, and a window that begins between them. */
  async function twoRecords() {
    const times = [...(await creationTimes(bench()))].toSorted(([, a], [, b]) => a - b);
    const [[old, oldAt] = ['', 0], [young, youngAt] = ['', 0]] = times;
    const window = bench().windowOn('change', { from: youngAt, until: youngAt + 1, revisitMs: youngAt - oldAt });
    return { old, oldAt, young, window };
  }

  it('returns created records in order of creation', async () => {
    const { read, windowOn } = bench();
    const created = (await read(windowOn('change'))).filter(({ part }) => part === 'created');
    const times = created.flatMap((page) => page.createdAt);
    expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
  });

  it('omits unchanged records from a later window', async () => {
    const { young, window } = await twoRecords();
    expect(placesOf(await bench().read(window))).to.deep.equal([`created ${young}`]);
  });

  it('returns nothing of part created in a window of older records only', async () => {
    const { window } = await twoRecords();
    expect(placesOf(await bench().read({ ...window, olderOnly: true }))).to.deep.equal([]);
  });

  if (changes) describeChanges(bench, twoRecords);
  if (derives) {
    it('returns records derived from a change, even one after the end of the window', async () => {
      const { old, young, window } = await twoRecords();
      await bench().changeCause?.(old, window.until + 1);
      expect(placesOf(await bench().read(window))).to.deep.equal([`created ${young}`, `derived ${old}`]);
      expect(placesOf(await bench().read({ ...window, olderOnly: true }))).to.deep.equal([`derived ${old}`]);
    });

    it('does not repeat a record created in the window as a derived one', async () => {
      const { young, window } = await twoRecords();
      await bench().changeCause?.(young, window.from);
      expect(placesOf(await bench().read(window))).to.deep.equal([`created ${young}`]);
    });

    it('returns no derived records without revisit', async () => {
      const { old, young, window } = await twoRecords();
      await bench().changeCause?.(old, window.from);
      expect(keysOf(await bench().read({ ...window, revisitMs: 0 }))).to.deep.equal([young]);
    });
  }

  it('omits records created at or after the handover from a backfill', async () => {
    const { read, windowOn, keys } = bench();
    const times = [...(await creationTimes(bench())).values()];
    const createdBefore = Math.max(...times);
    const pages = await read(windowOn('event', { createdBefore }));
    expect(keysOf(pages)).to.have.lengthOf(keys.length - times.filter((time) => time === createdBefore).length);
    for (const time of pages.flatMap((page) => page.createdAt)) expect(time).to.be.lessThan(createdBefore);
  });

  it('returns records created before the handover only if they happened after the start', async () => {
    const { source, schema, read, windowOn, from, until } = bench();
    const eventFrom = ((await source.next(schema.name, 'event', from)) ?? 0) + 1;
    const since = keysOf(await read(windowOn('event', { from: eventFrom })));
    const created = keysOf(await read(windowOn('change', { createdBefore: until, eventFrom })));
    expect(created.toSorted()).to.deep.equal(since.toSorted());
    const followed = keysOf(await read(windowOn('change', { createdBefore: from, eventFrom: until })));
    expect(followed).to.have.lengthOf(bench().keys.length);
  });

  it('finds the next record only among those created before the handover', async () => {
    const { source, schema, from } = bench();
    expect(await source.next(schema.name, 'event', from, { createdBefore: from })).to.equal(undefined);
  });
}

/** Changes all records at one time, and gives the window after them. */
async function changeAll(bench: SourceBench): Promise<Window> {
  const { keys, from, until } = bench;
  for (const key of keys) await bench.change?.(key, until);
  return bench.windowOn('change', { from: until, until: until + 1, revisitMs: until - from });
}

function mustReturn(pages: readonly RecordPage[], keys: readonly string[]): void {
  const found = keysOf(pages);
  const missing = keys.filter((key) => !found.includes(key));
  mustHold(
    missing.length === 0,
    `a window must have every record that changed in its revisit; missing: ${missing.join(', ')}`,
    'read the part `changed` page by page too, and go on after the time AND the key of the last record',
  );
}

function describeChanges(
  bench: () => SourceBench,
  twoRecords: () => Promise<{ old: string; oldAt: number; young: string; window: ReturnType<SourceBench['windowOn']> }>,
): void {
  it('returns changed records after created ones', async () => {
    const { old, young, window } = await twoRecords();
    await bench().change?.(old, window.from);
    expect(placesOf(await bench().read(window))).to.deep.equal([`created ${young}`, `changed ${old}`]);
    expect(placesOf(await bench().read({ ...window, olderOnly: true }))).to.deep.equal([`changed ${old}`]);
  });

  it('returns records that changed after the end of the window', async () => {
    const { old, young, window } = await twoRecords();
    await bench().change?.(old, window.until + 1);
    expect(placesOf(await bench().read(window))).to.deep.equal([`created ${young}`, `changed ${old}`]);
  });

  it('omits records that changed before the window', async () => {
    const { old, young, window } = await twoRecords();
    await bench().change?.(old, window.from - 1);
    expect(placesOf(await bench().read(window))).to.deep.equal([`created ${young}`]);
  });

  it('looks for changes exactly as far back as revisit', async () => {
    const { old, young, window } = await twoRecords();
    await bench().change?.(old, window.from);
    const shorter = { ...window, revisitMs: window.revisitMs - 1 };
    expect(placesOf(await bench().read(shorter))).to.deep.equal([`created ${young}`]);
    expect(placesOf(await bench().read({ ...window, revisitMs: 0 }))).to.deep.equal([`created ${young}`]);
  });

  it('continues in any part after any cursor', async () => {
    const { old, window } = await twoRecords();
    await bench().change?.(old, window.from);
    const pages = await bench().read(window);
    const places = placesOf(pages);
    for (const [index, after] of pages.flatMap((page) => page.cursors).entries()) {
      expect(placesOf(await bench().read(window, { after }))).to.deep.equal(places.slice(index + 1));
    }
  });

  it('returns every record that changed, after any cursor too', async () => {
    const { keys, read } = bench();
    const window = await changeAll(bench());
    const pages = await read(window);
    mustReturn(pages, keys);
    const found = keysOf(pages);
    for (const [index, after] of pages.flatMap((page) => page.cursors).entries())
      mustReturn(await read(window, { after }), found.slice(index + 1));
  });

  it('loses no changed record when some change again', async () => {
    const { source, keys, fields } = bench();
    const window = await changeAll(bench());
    const pages: RecordPage[] = [];
    for await (const page of source.read({ window, fields })) {
      if (pages.push(page) > 1) continue;
      const [returned, waiting] = [page.keys[0], keys.findLast((key) => !page.keys.includes(key))];
      for (const key of [returned, waiting]) await bench().change?.(key ?? '', window.until + 1);
    }
    mustReturn(pages, keys);
  });

  it('omits changes of records that happened before the start', async () => {
    const { old, young, window } = await twoRecords();
    const { source, schema, read, until } = bench();
    await bench().change?.(old, window.from);
    expect(await source.next(schema.name, 'event', until)).to.equal(undefined);
    const followed = await read({ ...window, createdBefore: window.from, eventFrom: until });
    expect(placesOf(followed)).to.deep.equal([`created ${young}`]);
  });
}
