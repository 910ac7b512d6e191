import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamSchemas } from '@sluice/core/source';
import { anAdapterContext, describeSource } from '@sluice/testkit';
import { jsonlStreams } from '#src/described.js';
import { jsonlSource } from '#src/definition.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

const STREAMS = {
  item: {
    key: ['id'],
    created: 'created_at',
    updated: 'updated_at',
    event: 'happened_at',
    fields: {
      id: { type: 'text' },
      amount: { type: 'number', unit: 'usd' },
      tags: { type: 'text[]' },
      details: { type: 'json', path: 'more.details' },
      created_at: { type: 'timestamp' },
      updated_at: { type: 'timestamp', stored: 'epoch-ms' },
      happened_at: { type: 'timestamp', stored: 'epoch-s', path: ['more', 'at'] },
    },
  },
};

function lineOf(id: string, updated?: number): string {
  // The last three have one time: a page of two ends between them.
  const at = START + Math.min(IDS.indexOf(id), 2) * HOUR_MS;
  const more = { at: at / 1000, details: { a: [1, 2.5] } };
  const created = new Date(at).toISOString();
  return `${JSON.stringify({ id, amount: 0.1, tags: ['a', null], more, created_at: created, updated_at: updated ?? at })}\n`;
}

/** How many descriptors of this process lead to files of a folder. */
function openFilesIn(folder: string): number {
  const inodes = new Set(readdirSync(folder).map((name) => statSync(join(folder, name)).ino));
  return readdirSync('/dev/fd').filter((descriptor) => {
    const ino = statSync(`/dev/fd/${descriptor}`, { throwIfNoEntry: false })?.ino;
    return ino !== undefined && inodes.has(ino);
  }).length;
}

describeSource({
  name: 'jsonl',
  changes: true,
  create: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-jsonl-'));
    writeFileSync(
      join(folder, 'a.jsonl'),
      IDS.slice(0, 2)
        .map((id) => lineOf(id))
        .join(''),
    );
    writeFileSync(
      join(folder, 'b.jsonl'),
      IDS.slice(2)
        .map((id) => lineOf(id))
        .join(''),
    );
    const config = jsonlSource.config.parse({ files: '*.jsonl', streams: STREAMS, pageSize: 2 });
    const [schema] = streamSchemas(jsonlStreams.parse(STREAMS));
    if (schema === undefined) throw new Error('no stream');
    return {
      source: jsonlSource.create(config, { ...anAdapterContext(), baseDirectory: folder }),
      schema,
      from: START,
      until: START + 24 * HOUR_MS,
      keys: IDS,
      change: async (key, at) => appendFileSync(join(folder, 'b.jsonl'), lineOf(key, at)),
      openReads: async () => openFilesIn(folder),
      dispose: async () => rmSync(folder, { recursive: true }),
    };
  },
});
