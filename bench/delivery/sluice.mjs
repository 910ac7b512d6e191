import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStateStore } from '@sluice/file-state';
import { runPipeline, systemRuntime } from '@sluice/core/engine';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext, aUuid, memorySource } from '@sluice/testkit';

const field = { type: 'text', nullable: false, changeable: false, personal: false, doc: 'A column.' };
const schema = {
  name: 'trace',
  doc: 'A row.',
  key: ['row'],
  fields: { row: { ...field, type: 'number' }, user: field, at: { ...field, type: 'number' } },
};

const mapper = {
  hash: 'bench',
  streams: [
    {
      stream: 'trace',
      fields: [{ field: 'row' }, { field: 'user' }, { field: 'at' }],
      map: ([row, user, at]) => ({
        kind: 'events',
        events: [
          {
            event: 'trace',
            uuid: aUuid(row),
            distinct_id: user,
            timestamp: new Date(at).toISOString(),
            anonymous: false,
            set: {},
            properties: { row },
          },
        ],
      }),
    },
  ],
};

const SILENT = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** The engine with its state in files, as in `sluice run`. Returns the failures that the run reported. */
export async function exportWithSluice(host, rows) {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const context = { runtime: systemRuntime, logger: SILENT };
  const records = rows.map(({ row, user, at }) => ({
    key: String(row).padStart(6, '0'),
    createdAt: at,
    values: { row, user, at },
  }));
  try {
    const { outcome, failure } = await runPipeline(
      {
        name: 'bench',
        source: memorySource({ streams: [{ schema, records }], now: () => Date.now(), pageSize: 1000 }),
        mapper,
        sink: posthogSink.create(
          posthogSink.config.parse({ host, apiKey: 'phc_bench' }),
          anAdapterContext({ runtime: systemRuntime, logger: SILENT }),
        ),
        state: new FileStateStore(directory, context),
        start: { kind: 'beginning', text: 'beginning' },
        settleMs: 60_000,
        revisitMs: 0,
        maxWindowMs: 24 * 3_600_000,
        delivery: { maxDeadLetterShare: 0.05, maxEvents: 1000 },
      },
      context,
      { signal: new AbortController().signal },
    );
    if (outcome !== 'done') throw failure ?? new Error(`the run is ${outcome}`);
    return 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
