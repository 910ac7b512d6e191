import { expect } from 'chai';
import { createSharedClickHouseDatabase } from '@sluice/embedded-clickhouse';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { manualRuntime } from '@sluice/testkit';
import {
  clickHouseTotals,
  databaseTotals,
  executeStatement,
  seedClickHouse,
  seedDatabase,
  type SeedClickHouseOptions,
} from '#src/index.js';

const NOW = Date.UTC(2026, 0, 20, 12);

describe('seedClickHouse', () => {
  async function seeded(
    name: string,
    options: Pick<SeedClickHouseOptions, 'version' | 'writes' | 'traces'>,
  ): Promise<Seeded> {
    const url = await createSharedClickHouseDatabase(name);
    const counts = await seedClickHouse(url, { ...options, now: NOW, random: manualRuntime({ seed: 1 }).random });
    return { url, counts, ask: async (query) => (await executeStatement(url, query)).trim() };
  }

  interface Seeded {
    readonly url: string;
    readonly counts: unknown;
    readonly ask: (query: string) => Promise<string>;
  }

  it('holds as many records in every version of Langfuse', async () => {
    const random = manualRuntime({ seed: 1 }).random;
    const v2 = await createSharedDatabase('v2');
    const expected = await seedDatabase(v2, { traces: 30, now: NOW, random });
    const found = [
      await seeded('v300', { traces: 30, version: 'v3.0.0' }),
      await seeded('v4', { traces: 30, version: 'v4' }),
      await seeded('dual', { traces: 30, version: 'v4', writes: 'dual' }),
      await seeded('upgraded', { traces: 30, version: 'v4', writes: 'upgraded' }),
    ] as const;
    expect(found.map(({ counts }) => counts)).to.deep.equal(found.map(() => expected));
    const { costUsd, latencySeconds: _latency, sessionCostUsd, ...totals } = await databaseTotals(v2);
    expect(totals.sessions).to.be.greaterThan(5);
    for (const [{ url }, version] of [
      [found[0], 'v3.0.0'],
      [found[1], 'v4'],
    ] as const) {
      const other = await clickHouseTotals(url, version);
      expect(other).to.include(totals);
      expect(other.costUsd).to.be.closeTo(costUsd, 1e-9);
      expect(other.sessionCostUsd).to.be.closeTo(sessionCostUsd, 1e-9);
    }
  });

  it('holds every kind of version that v3 writes, and keeps them', async () => {
    const { ask } = await seeded('v3', { traces: 200, version: 'v3' });
    const kinds = await ask(`
      SELECT (SELECT uniqExact(id) < count() FROM traces),
        (SELECT max(days) FROM (SELECT uniqExact(toDate(timestamp)) AS days FROM traces GROUP BY id)),
        (SELECT max(types) FROM (SELECT uniqExact(type) AS types FROM observations GROUP BY id)),
        (SELECT max(moved) FROM (SELECT uniqExact(created_at) AS moved FROM observations GROUP BY id)),
        (SELECT countIf(event_ts > updated_at + INTERVAL 20 MINUTE) > 0 FROM traces WHERE bookmarked),
        (SELECT countIf(event_ts > updated_at + INTERVAL 20 MINUTE) > 0 FROM scores),
        (SELECT countIf(is_deleted = 1) > 0 FROM traces),
        (SELECT count() > 0 FROM (
          SELECT argMax(tuple(total_cost), event_ts).1 AS newest, count(total_cost) AS known FROM observations GROUP BY id
          HAVING newest IS NULL AND known > 0)),
        (SELECT greatest(max(event_ts), max(created_at)) FROM traces)`);
    expect(kinds.split('\t')).to.deep.equal(['1', '2', '2', '2', '1', '1', '1', '1', '2026-01-20 10:00:00.000']);
  });

  it('marks copies of older traces after an upgrade, and writes spans that were sent twice', async () => {
    const { ask } = await seeded('kinds', { traces: 100, version: 'v4', writes: 'upgraded' });
    const spans = await ask(`
      SELECT source, countIf(startsWith(span_id, 't-')) > 0, uniqExact(span_id) < count()
      FROM events_full GROUP BY source ORDER BY source`);
    expect(spans.split('\n')).to.deep.equal(['ingestion-api-backfill\t1\t0', 'otel\t0\t1']);
  });
});
