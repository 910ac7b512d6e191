import { expect } from 'chai';
import { it } from 'mocha';
import { keySums, type DigestRequest, type SourceDigest } from '@sluice/core/source';
import { HOUR_MS, hourOf } from '@sluice/core/state';
import { collect, creationTimes, keysOf, type SourceBench } from './source-bench.js';

/** `get`, `related`, `digest` and `estimate`, if the source has them. */
export function describeAsking(bench: () => SourceBench): void {
  it('returns records by key as a window would, without unknown keys', async () => {
    const { source, schema, keys, fields, read, windowOn } = bench();
    if (source.get === undefined) return;
    const wantedKeys = [keys[0] ?? '', keys.at(-1) ?? ''];
    const asked = ['an unknown key', ...wantedKeys];
    const pages = await collect(source.get({ stream: schema.name, keys: asked, fields }));
    expect(keysOf(pages).toSorted()).to.deep.equal(wantedKeys.toSorted());
    const wanted = rowsByKey(await read(windowOn('event')));
    for (const [key, row] of rowsByKey(pages)) expect(row).to.deep.equal(wanted.get(key));
    for (const page of pages) {
      expect(page.part).to.equal('asked');
      expect(page.cursors).to.deep.equal(page.keys);
      for (const list of [page.rows, page.createdAt]) expect(list).to.have.lengthOf(page.keys.length);
    }
  });

  it('returns every record when asked for all keys, and no page for unknown keys', async () => {
    const { source, schema, keys, fields } = bench();
    if (source.get === undefined) return;
    const all = await collect(source.get({ stream: schema.name, keys, fields }));
    expect(keysOf(all).toSorted()).to.deep.equal([...keys].toSorted());
    expect(await collect(source.get({ stream: schema.name, keys: ['unknown'], fields }))).to.deep.equal([]);
  });

  it('finds nothing that belongs to an unknown key', async () => {
    const { source, schema } = bench();
    const found = (await source.related?.({ key: 'unknown', among: [schema.name], limit: 10 })) ?? [];
    expect(found.flatMap(({ keys }) => keys)).to.deep.equal([]);
    for (const { stream, total } of found) expect([stream, total]).to.deep.equal([schema.name, 0]);
  });

  it('returns the number of records and the sums of their keys for every hour', async () => {
    if (bench().source.digest === undefined) return;
    const times = await creationTimes(bench());
    expect(await digests(bench(), {})).to.deep.equal(expectedDigests(times, () => true));
  });

  it('returns digests of the requested hours only', async () => {
    if (bench().source.digest === undefined) return;
    const times = await creationTimes(bench());
    const last = hourOf(Math.max(...times.values()));
    expect(await digests(bench(), { until: last })).to.deep.equal(expectedDigests(times, (_, at) => at < last));
  });

  it('counts records created before the handover only if they happened after the start', async () => {
    const { source, schema, from, until, read, windowOn } = bench();
    if (source.digest === undefined) return;
    const times = await creationTimes(bench());
    const eventFrom = ((await source.next(schema.name, 'event', from)) ?? 0) + 1;
    const since = new Set(keysOf(await read(windowOn('event', { from: eventFrom }))));
    const expected = expectedDigests(times, (key) => since.has(key));
    expect(await digests(bench(), { handover: until, eventFrom })).to.deep.equal(expected);
    expect(await digests(bench(), { handover: from, eventFrom })).to.deep.equal(expectedDigests(times, () => true));
  });

  it('estimates the number of records in a window', async () => {
    const { source, windowOn } = bench();
    if (source.estimate === undefined) return;
    expect(await source.estimate(windowOn('event'))).to.be.within(0, Number.MAX_SAFE_INTEGER);
  });
}

async function digests(
  { source, schema, from, until }: SourceBench,
  request: Partial<DigestRequest>,
): Promise<readonly SourceDigest[] | undefined> {
  const hours = { from: hourOf(from), until: hourOf(until - 1) + HOUR_MS };
  const found = await source.digest?.({ stream: schema.name, ...hours, handover: until, ...request });
  return found?.filter(({ records }) => records > 0);
}

function expectedDigests(
  times: ReadonlyMap<string, number>,
  counts: (key: string, createdAt: number) => boolean,
): readonly SourceDigest[] {
  const counted = [...times].filter(([key, at]) => counts(key, at));
  const hours = [...new Set(counted.map(([, at]) => hourOf(at)))].toSorted((a, b) => a - b);
  return hours.map((hour) => {
    const keys = counted.filter(([, at]) => hourOf(at) === hour).map(([key]) => key);
    return { hour, records: keys.length, sums: keySums(keys) };
  });
}

function rowsByKey(pages: Awaited<ReturnType<SourceBench['read']>>) {
  return new Map(pages.flatMap(({ keys, rows }) => keys.map((key, index) => [key, rows[index]] as const)));
}
