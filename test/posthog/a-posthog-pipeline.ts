import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { FileStateStore } from '@sluice/file-state';
import type { Sink } from '@sluice/core/sink';
import type { StreamSchema } from '@sluice/core/source';
import type { DeadLetter, PipelineState } from '@sluice/core/state';
import type { Mapper } from '@sluice/core/config';
import {
  repairDestination,
  runPipeline,
  verifyDestination,
  type DestinationRange,
  type DestinationRepairResult,
  type DestinationVerification,
  type Pipeline,
  type RunResult,
} from '@sluice/core/engine';
import { posthogSink } from '@sluice/posthog-sink';
import {
  anAdapterContext,
  anEvent,
  aUuid,
  manualRuntime,
  memorySource,
  recordingLogger,
  type ManualRuntime,
  type RecordingLogger,
} from '@sluice/testkit';
import { expect } from 'chai';

const MINUTE = 60_000;
/** When the tests take place. */
export const NOW = Date.UTC(2026, 2, 10, 12);
/** Whatever a run says, this is not in it. */
export const KEY = 'phc_verysecretkey1234567890';

const TRACES: StreamSchema = {
  name: 'trace',
  doc: 'A trace.',
  key: ['id'],
  fields: { id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'The key.' } },
};

/** One event per trace: trace `7` has `aUuid(7)` and the property `langfuse_id: trace-7`. */
function tracesMapper({ largeTrace, largeBytes = 1_000, event = 'trace finished' }: PosthogBenchOptions): Mapper {
  const eventOf = (number: number) =>
    anEvent({
      event,
      uuid: aUuid(number),
      distinct_id: `user-${number % 7}`,
      timestamp: new Date(timeOf(number)).toISOString(),
      properties: {
        langfuse_id: `trace-${number}`,
        langfuse_release: number === largeTrace ? 'r'.repeat(largeBytes) : 'r',
      },
    });
  return {
    events: [],
    hash: 'traces-1',
    streams: [
      {
        stream: 'trace',
        fields: [{ field: 'id' }],
        map: ([id]) => ({ kind: 'events', events: [eventOf(Number(id))] }),
      },
    ],
  };
}

/** One a second, the last one three hours ago. */
function timeOf(number: number): number {
  return NOW - 180 * MINUTE - 3_600_000 + number * 1000;
}

export interface PosthogBench {
  readonly runtime: ManualRuntime;
  readonly logger: RecordingLogger;
  /** A run in a process of its own. */
  run(): Promise<RunResult>;
  check(): ReturnType<Sink['check']>;
  /** What the destination has of it, and the same with a repair. */
  verifyDestination(range?: Partial<DestinationRange>): Promise<DestinationVerification>;
  repairDestination(range?: Partial<DestinationRange>): Promise<DestinationRepairResult>;
  state(): Promise<PipelineState>;
  deadLetters(): Promise<readonly DeadLetter[]>;
}

export interface PosthogBenchOptions {
  readonly host: string;
  readonly traces: number;
  /** The one with a long text. */
  readonly largeTrace?: number | undefined;
  /** How long that is. Default: 1,000. */
  readonly largeBytes?: number;
  /** The name of the events. Default: `trace finished`. */
  readonly event?: string;
  readonly runtime?: ManualRuntime;
  /** How far this machine's wall clock is ahead of the source's. Default: 0. */
  readonly machineAheadMs?: () => number;
  readonly sink?: object;
  readonly delivery?: Partial<Pipeline['delivery']>;
  readonly environment?: Readonly<Record<string, string>>;
}

const directories: string[] = [];
after(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** The engine with a state in files and the PostHog sink, over traces in memory. */
export function aPosthogPipeline(options: PosthogBenchOptions): PosthogBench {
  const runtime = options.runtime ?? manualRuntime({ startAt: NOW });
  const machine = { ...runtime, now: () => runtime.now() + (options.machineAheadMs?.() ?? 0) };
  const logger = recordingLogger();
  const directory = mkdtempSync(join(tmpdir(), 'sluice-posthog-'));
  directories.push(directory);
  const records = Array.from({ length: options.traces }, (_, number) => ({
    key: String(number).padStart(6, '0'),
    createdAt: timeOf(number),
    values: { id: String(number) },
  }));
  const state = new FileStateStore(directory, { logger, runtime: machine });
  const aSink = (): Sink =>
    posthogSink.create(
      posthogSink.config.parse({ host: options.host, apiKey: KEY, ...options.sink }),
      anAdapterContext({
        runtime: machine,
        logger,
        environment: options.environment ?? {},
        events: [{ event: options.event ?? 'trace finished', fields: {} }],
      }),
    );
  const deadLetters = async () => {
    const letters: DeadLetter[] = [];
    for await (const letter of state.reader('traces').deadLetters()) letters.push(letter);
    return letters;
  };
  const context = { runtime: machine, logger };
  const never = { signal: new AbortController().signal };
  const aPipeline = (): Pipeline => ({
    name: 'traces',
    source: memorySource({ streams: [{ schema: TRACES, records }], now: () => runtime.now(), pageSize: 5000 }),
    mapper: tracesMapper(options),
    sink: aSink(),
    state,
    start: { kind: 'beginning', text: 'beginning' },
    settleMs: 30 * MINUTE,
    revisitMs: 0,
    maxWindowMs: 24 * 60 * MINUTE,
    delivery: { maxDeadLetterShare: 0.05, ...options.delivery },
  });
  return {
    runtime,
    logger,
    run: async () => {
      const result = await runPipeline(aPipeline(), context, never);
      const letters = JSON.stringify(await deadLetters());
      expectNoSecretIn([inspect(result, { depth: 9 }), letters, logger.text(), ...filesIn(directory)]);
      return result;
    },
    verifyDestination: (range) =>
      verifyDestination({ ...aPipeline(), state: state.reader('traces') }, context, {
        maxQueries: 20,
        ...range,
        ...never,
      }),
    repairDestination: (range) =>
      repairDestination(aPipeline(), context, { maxQueries: 20, ...range, ...never, attribution: { by: 'ada@ops-1' } }),
    check: async () => {
      const sink = aSink();
      try {
        const results = await sink.check();
        expectNoSecretIn([JSON.stringify(results), logger.text()]);
        return results;
      } finally {
        await sink.close();
      }
    },
    state: () => state.reader('traces').read(),
    deadLetters,
  };
}

/** Logs of every level, errors with their causes and stacks, reports, and every byte of the state. */
function expectNoSecretIn(texts: readonly string[]): void {
  for (const text of texts) expect(text).to.not.include(KEY);
}

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'));
}

/** What the process would end with: as the command line decides it. */
export function exitCode({ outcome, report }: RunResult): number {
  if (outcome !== 'done') return 1;
  return report.deadLetters > 0 ? 3 : 0;
}
