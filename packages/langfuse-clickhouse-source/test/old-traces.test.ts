import { anObservationVersion, aTraceVersion, insertVersions } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, valuesOf } from './a-source.js';
import { anEmptiedDatabase, textOf } from './test-database.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 2, 10, 12);

/** So many records are looked for around their times. */
const MANY = 60;

it('the sums of an old trace have all its observations when it gets another one, among many', async () => {
  const url = await anEmptiedDatabase('v3');
  const ages = [90, 30, ...Array.from({ length: MANY }, () => 0.1)];
  const traces = ages.map((days, index) => ({ id: `trace-${index}`, at: NOW - days * DAY_MS }));
  await insertVersions(
    url,
    'traces',
    traces.map(({ id, at }) => aTraceVersion({ id, timestamp: textOf(at) })),
  );
  const observations = traces.flatMap(({ id, at }) =>
    [at - 1.5 * DAY_MS, at, NOW].map((start, index) =>
      anObservationVersion({ id: `${id}-${index}`, trace_id: id, start_time: textOf(start), total_cost: '1' }),
    ),
  );
  await insertVersions(url, 'observations', observations);
  const window = {
    stream: 'trace',
    axis: 'change',
    from: NOW - 60_000,
    until: NOW + 60_000,
    revisitMs: DAY_MS,
  } as const;
  const found = await valuesOf(aSource(url), window, ['total_cost', 'observation_count', 'latency']);
  expect(Object.fromEntries(found)).to.deep.equal(
    Object.fromEntries(
      ages.map((days, index) => [
        `project-1/trace-${index}`,
        { total_cost: 3, observation_count: 3, latency: (days + 1.5) * (DAY_MS / 1000) },
      ]),
    ),
  );
});
