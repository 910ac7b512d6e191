import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStateStore } from '@sluice/file-state';
import type { Runtime } from '@sluice/core/adapter';
import type { Source } from '@sluice/core/source';
import type { Mapper } from '@sluice/core/config';
import type { Pipeline } from '@sluice/core/engine';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { anAdapterContext, aUuid, manualRuntime, recordingLogger, recordingSink } from '@sluice/testkit';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const STREAMS = ['trace', 'generation', 'score'];

/** One event per record with its id. A record's uuid need not say anything: the receiver's log is read by stream and id. */
const idMapper: Mapper = {
  events: [],
  hash: 'ids-1',
  streams: STREAMS.map((stream, number) => ({
    stream,
    fields: [{ field: 'id' }],
    map: ([id]) => ({
      kind: 'events',
      events: [{ event: stream, uuid: aUuid(number * 1_000_000 + numberOf(id)), id: id ?? null }],
    }),
  })),
};

function numberOf(id: unknown): number {
  return Number(/\d+/.exec(String(id))?.[0] ?? 0);
}

export interface LangfusePipelineParts extends Partial<Omit<Pipeline, 'source'>> {
  readonly runtime?: Runtime;
  /** Of the source. */
  readonly options?: object;
  /** The kind of database at the URL. Default: postgres. */
  readonly database?: 'postgres' | 'clickhouse';
}

const sources: Source[] = [];
const directories: string[] = [];

after(async () => {
  await Promise.allSettled(sources.map((source) => source.close()));
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A pipeline from a Langfuse database to a sink in memory, with its state in a folder of its own. */
export function aLangfusePipeline(
  url: string,
  { runtime: given, options = {}, database = 'postgres', ...parts }: LangfusePipelineParts = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-langfuse-'));
  const runtime = given ?? manualRuntime({ startAt: Date.now() });
  const logger = recordingLogger();
  const sink = recordingSink();
  const source = aLangfuseSource(database, { url, ...options });
  sources.push(source);
  directories.push(directory);
  const pipeline: Pipeline = {
    name: 'langfuse',
    source,
    sink,
    mapper: idMapper,
    state: new FileStateStore(directory, { logger, runtime }),
    start: { kind: 'beginning', text: 'beginning' },
    settleMs: 30 * MINUTE,
    revisitMs: DAY,
    maxWindowMs: DAY,
    delivery: { maxDeadLetterShare: 0.05 },
    ...parts,
  };
  return { pipeline, source, sink, logger, runtime };
}

function aLangfuseSource(database: 'postgres' | 'clickhouse', options: object): Source {
  const context = anAdapterContext();
  return database === 'postgres'
    ? langfusePostgresSource.create(langfusePostgresSource.config.parse(options), context)
    : langfuseClickHouseSource.create(langfuseClickHouseSource.config.parse(options), context);
}

/** A moment as Langfuse's columns hold it. */
export function at(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1);
}
