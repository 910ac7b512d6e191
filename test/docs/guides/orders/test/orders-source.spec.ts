import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anAdapterContext, describeSource } from '@sluice/testkit';
import { definition } from '../src/orders-source.js';

const FROM = Date.UTC(2026, 0, 1);

describeSource({
  name: 'the orders source',
  create: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'orders-'));
    const file = join(directory, 'orders.jsonl');
    // The last three have one time: a page of two ends between them.
    const keys = ['o-1', 'o-2', 'o-3', 'o-4', 'o-5'];
    const hourOf = (index: number) => Math.min(index, 2);
    const line = (id: string, hours: number) =>
      JSON.stringify({ id, at: new Date(FROM + hours * 3_600_000).toISOString(), customer: 'c-1', amount: 10 });
    await writeFile(file, keys.map((id, index) => `${line(id, hourOf(index))}\n`).join(''));
    const [schema] = definition.streams;
    if (!schema) throw new Error('the source has no stream');
    return {
      source: definition.create({ file, pageSize: 2 }, anAdapterContext()),
      schema,
      from: FROM,
      until: FROM + 86_400_000,
      keys,
      // The file is read whole and closed before a page is made of it.
      openReads: 'none',
      dispose: () => rm(directory, { recursive: true }),
    };
  },
});
