import { anObservationVersion, aTraceVersion, insertVersions } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, pagesOf, valuesOf } from './a-source.js';
import { anEmptiedDatabase, textOf } from './test-database.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 2, 10, 12);
const FOLLOWING = { axis: 'change', from: NOW - 60_000, until: NOW + 60_000, revisitMs: DAY_MS } as const;

/** Traces of long ago, each with a generation of now. */
async function oldTraces(count: number, idLength: number): Promise<{ url: string; traceIds: readonly string[] }> {
  const url = await anEmptiedDatabase('v3');
  const traceIds = Array.from({ length: count }, (_, index) => `${index}-`.padEnd(idLength, 'ä'));
  const then = textOf(NOW - 90 * DAY_MS);
  await insertVersions(
    url,
    'traces',
    traceIds.map((id) => aTraceVersion({ id, name: 'old', timestamp: then })),
  );
  await insertVersions(
    url,
    'observations',
    traceIds.map((id) => anObservationVersion({ id: `of-${id}`, trace_id: id, start_time: textOf(NOW) })),
  );
  return { url, traceIds };
}

for (const [count, idLength] of [
  [700, 300],
  [60, 5000],
] as const) {
  describe(`${count} old traces with new generations, and ids of ${idLength} characters`, () => {
    let url: string;
    let traceIds: readonly string[];

    before(async () => {
      ({ url, traceIds } = await oldTraces(count, idLength));
    });

    it('are derived from these', async () => {
      const traces = await valuesOf(aSource(url), { stream: 'trace', ...FOLLOWING }, ['observation_count']);
      expect([...traces.keys()]).to.have.members(traceIds.map((id) => `project-1/${id}`));
      expect([...traces.values()].every((trace) => trace['observation_count'] === 1)).to.equal(true);
    });

    it('give them their attributes, in windows of either axis', async () => {
      for (const window of [{ stream: 'generation', ...FOLLOWING }, everything('generation')]) {
        const names = [...(await valuesOf(aSource(url), window, ['trace.name'])).values()];
        expect(names.filter((values) => values['trace.name'] === 'old')).to.have.length(count);
      }
    });

    it('are given by key, and found from each cursor on', async () => {
      const source = aSource(url, { pageSize: 50 });
      const keys = traceIds.map((id) => `project-1/of-${id}`);
      const fields = [{ field: 'trace.name' }];
      const found: string[] = [];
      for await (const page of source.get?.({ stream: 'generation', keys, fields }) ?? []) found.push(...page.keys);
      expect(found).to.have.members(keys);
      const request = { window: everything('generation'), fields };
      const [first] = await pagesOf(source, request);
      const rest = await pagesOf(source, { ...request, after: first?.cursors.at(-1) ?? '' });
      expect(rest.flatMap((page) => page.keys)).to.have.length(count - 50);
    });
  });
}
