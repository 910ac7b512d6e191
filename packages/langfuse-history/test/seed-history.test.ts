import { expect } from 'chai';
import { Client } from 'pg';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { expectedCounts } from '#src/expected-counts.js';
import { LANGFUSE_SCHEMA_SQL } from '#src/langfuse-schema.js';
import { seedHistory } from '#src/seed-history.js';
import { manualRuntime } from '@sluice/testkit';

const NOW = Date.UTC(2026, 0, 20, 12);

describe('seedHistory', () => {
  const clients: Client[] = [];

  after(async () => {
    await Promise.all(clients.map((client) => client.end()));
  });

  async function seeded(name: string, seed: number, traces = 300): Promise<Client> {
    const client = new Client(await createSharedDatabase(name));
    clients.push(client);
    await client.connect();
    await client.query(LANGFUSE_SCHEMA_SQL);
    await seedHistory(client, { traces, now: NOW, random: manualRuntime({ seed }).random });
    return client;
  }

  async function digest(client: Client): Promise<unknown> {
    const { rows } = await client.query(`
      SELECT (SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM traces t) AS traces,
        (SELECT md5(string_agg(o::text, '' ORDER BY id)) FROM observations o) AS observations,
        (SELECT md5(string_agg(s::text, '' ORDER BY id)) FROM scores s) AS scores`);
    return rows[0];
  }

  it('gives one history for one seed', async () => {
    const [first, second, other] = [await seeded('one', 1), await seeded('again', 1), await seeded('other', 2)];
    expect(await digest(first)).to.deep.equal(await digest(second));
    expect(await digest(first)).not.to.deep.equal(await digest(other));
  });

  it('holds every kind of row, none younger than two hours', async () => {
    const client = await seeded('kinds', 3, 1500);
    const counts = await expectedCounts(client);
    expect(counts.trace).to.equal(1500);
    expect(counts.generation).to.be.greaterThan(1500);
    expect(counts.score).to.be.greaterThan(500);
    const { rows } = await client.query(`
      SELECT (SELECT count(DISTINCT type) FROM observations)::integer AS types,
        (SELECT count(DISTINCT (data_type, source)) FROM scores)::integer AS scores,
        (SELECT count(*) > 0 FROM traces WHERE user_id IS NULL) AS anonymous,
        (SELECT count(*) > 0 FROM traces WHERE created_at > "timestamp" + interval '1 hour') AS late,
        (SELECT count(*) > 0 FROM traces WHERE updated_at > created_at + interval '1 hour') AS updated,
        (SELECT count(DISTINCT model) FROM observations)::integer AS models,
        (SELECT count(*) > 0 FROM observations_view WHERE calculated_total_cost > 0 AND model_id IS NOT NULL) AS priced,
        greatest((SELECT max(updated_at) FROM traces), (SELECT max(updated_at) FROM observations),
          (SELECT max(updated_at) FROM scores))::text AS latest`);
    expect(rows[0]).to.deep.equal({
      types: 3,
      scores: 4,
      anonymous: true,
      late: true,
      updated: true,
      models: 4,
      priced: true,
      latest: '2026-01-20 10:00:00',
    });
  });
});
