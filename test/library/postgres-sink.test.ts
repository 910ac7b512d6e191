import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { API_VERSION } from '@sluice/core/adapter';
import type { SourceDefinition, StreamSchema } from '@sluice/core/source';
import type { StateStoreDefinition } from '@sluice/core/state';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { createSluice } from '@sluice/sluice';
import { memorySource, MemoryStateStore, recordingLogger } from '@sluice/testkit';
import { expect } from 'chai';
import { Client } from 'pg';
import { z } from 'zod';
import { ROOT, sluice } from '../docs/sluice-command.js';

const NO_OPTIONS = z.strictObject({});
const UUID = "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)";

function aField(type: StreamSchema['fields'][string]['type'], nullable = false) {
  return { type, nullable, changeable: true, personal: false, doc: 'A field.' } as const;
}

const ORDER: StreamSchema = {
  name: 'order',
  doc: 'Orders of a shop.',
  key: ['id'],
  fields: {
    id: { ...aField('text'), changeable: false },
    at: aField('timestamp'),
    price: { ...aField('number', true), unit: 'usd' },
    note: aField('text', true),
  },
};

const orders: SourceDefinition<object> = {
  kind: 'source',
  apiVersion: API_VERSION,
  type: 'orders',
  doc: 'Orders in memory.',
  config: NO_OPTIONS,
  streams: [ORDER],
  create: () => {
    const records = Array.from({ length: 40 }, (_, index) => {
      const at = Date.UTC(2026, 0, 1) + index * 60_000;
      const note = index === 7 ? 'a\0b' : index === 11 ? 'much too long' : 'short';
      return { key: `o${index}`, createdAt: at, values: { id: `o${index}`, at, price: 0.1, note } };
    });
    return memorySource({ streams: [{ schema: ORDER, records }], now: () => Date.now() });
  },
};

const properties = { price: 'price', note: 'note' };

describe('a pipeline to a table', () => {
  let url: string;
  let client: Client;
  before(async () => {
    url = await createSharedDatabase('table');
    client = new Client(url);
    await client.connect();
  });
  after(() => client.end());

  function aPipeline(names: Readonly<Record<string, string>>, state = new MemoryStateStore()) {
    const memory: StateStoreDefinition<object> = {
      kind: 'state',
      apiVersion: API_VERSION,
      type: 'memory',
      doc: 'State in memory.',
      config: NO_OPTIONS,
      create: () => state,
    };
    return createSluice({ adapters: [orders, memory], logger: recordingLogger() }).load({
      sluice: 1,
      pipeline: 'orders',
      source: { use: 'orders' },
      sink: { use: 'postgres', with: { url, table: 'orders' } },
      state: { use: 'memory' },
      mapping: { events: [{ event: 'order', from: 'order', uuid: UUID, time: 'at', properties: names }] },
    });
  }

  it('writes what can be written, and makes dead letters that name the column and no value', async () => {
    const pipeline = await aPipeline(properties);
    await client.query(`${pipeline.ddl?.join('\n') ?? ''} ALTER TABLE orders ALTER note TYPE varchar(5)`);
    const { outcome } = await pipeline.run();
    expect(outcome).to.equal('done');
    const { rows } = await client.query(
      `SELECT count(*)::int AS orders, sum(price)::text AS price, max("time") AS last FROM orders`,
    );
    expect(rows).to.deep.equal([{ orders: 38, price: '3.8', last: new Date('2026-01-01T00:39:00.000Z') }]);
    const letters = [];
    for await (const letter of pipeline.deadLetters.list()) letters.push(letter);
    expect(letters.map(({ reason, detail }) => `${reason}: ${detail}`)).to.have.members([
      'text-not-storable: column note: the text has a NUL character or half of a surrogate pair, which Postgres cannot store',
      'invalid-event: column note: a text is too long for its column (22001)',
    ]);
  });

  it('refuses a wider mapping before it reads, with the statement that is missing', async () => {
    const pipeline = await aPipeline({ ...properties, id: 'id' });
    const { outcome, failure } = await pipeline.run();
    expect(outcome).to.equal('paused');
    expect(String(failure)).to.include('ALTER TABLE "public"."orders" ADD COLUMN "id" text;');
  });

  it('prints its table on the command line without a connection', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-table-'));
    const entry = (name: string) => relative(directory, join(ROOT, 'packages', name, 'dist/index.js'));
    const file = join(directory, 'pipeline.yaml');
    writeFileSync(
      file,
      `sluice: 1
pipeline: p
source: { use: langfuse-postgres, with: { url: "\${URL}" } }
sink: { use: ${entry('postgres-sink')}, with: { url: "\${URL}", table: lake.scores } }
mapping: { events: [{ event: score, from: score, uuid: "${UUID}", properties: { score: value } }] }
`,
    );
    const environment = { URL: 'postgres://u:p@127.0.0.1:1/d' };
    const { status, stdout, stderr } = sluice(['check', file, '--print-ddl'], { environment });
    rmSync(directory, { recursive: true });
    expect(status, stderr).to.equal(0);
    expect(stdout)
      .to.include('CREATE TABLE "lake"."scores" (\n  "event" text NOT NULL,')
      .and.to.include('"score" double precision');
  });
});
