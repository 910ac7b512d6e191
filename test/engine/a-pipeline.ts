import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStateStore } from '@sluice/file-state';
import type { StreamSchema } from '@sluice/core/source';
import type { DeadLetter, PipelineState } from '@sluice/core/state';
import type { Mapper } from '@sluice/core/config';
import { runPipeline, type EngineContext, type Pipeline, type RunOptions, type RunResult } from '@sluice/core/engine';
import {
  manualRuntime,
  memorySource,
  recordingLogger,
  recordingSink,
  type ManualRuntime,
  type MemoryRecord,
  type MemorySource,
  type RecordingLogger,
  type RecordingSink,
} from '@sluice/testkit';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** When the tests take place. */
export const NOW = Date.UTC(2026, 2, 10, 12);

/** The one stream of the engine's tests. */
export const NOTES: StreamSchema = {
  name: 'note',
  doc: 'A short text.',
  key: ['id'],
  fields: {
    id: { type: 'text', nullable: false, changeable: false, personal: false, doc: 'The key.' },
    text: { type: 'text', nullable: true, changeable: true, personal: false, doc: 'What was written.' },
  },
};

/** One event per note; a note without text is filtered, `unmappable` fails. */
const notesMapper: Mapper = {
  events: [],
  hash: 'notes-1',
  streams: [
    {
      stream: 'note',
      fields: [{ field: 'id' }, { field: 'text' }],
      map: ([id, text]) => {
        if (text === null) return { kind: 'filtered', rule: 'note: text == null' };
        if (text === 'unmappable') return { kind: 'failed', reason: 'cannot be mapped', at: 'notes.yaml:1:1' };
        return {
          kind: 'events',
          events: [{ event: 'note', uuid: uuidOf(String(id)), id: id ?? null, text: text ?? null }],
        };
      },
    },
  ],
};

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function aNote(key: string, createdAt: number, text: string | null = `text of ${key}`): MemoryRecord {
  return { key, createdAt, values: { id: key, text } };
}

/** `count` notes, one a minute, the last one three hours before `NOW`. */
export function notes(count: number): MemoryRecord[] {
  return Array.from({ length: count }, (_, index) =>
    aNote(`n${String(index).padStart(6, '0')}`, NOW - 3 * HOUR - (count - index) * MINUTE),
  );
}

export interface Bench {
  readonly pipeline: Pipeline;
  readonly source: MemorySource;
  readonly sink: RecordingSink;
  readonly runtime: ManualRuntime;
  readonly context: EngineContext;
  /** Of the state. */
  readonly directory: string;
  readonly logger: RecordingLogger;
  run(options?: Partial<RunOptions>): Promise<RunResult>;
  state(): Promise<PipelineState>;
  deadLetters(): Promise<DeadLetter[]>;
}

const directories: string[] = [];
after(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

export function aStateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-engine-'));
  directories.push(directory);
  return directory;
}

/** A pipeline over a source in memory, a sink in memory and a state in files. */
export function aPipeline(
  parts: Partial<Pipeline> & {
    readonly records?: readonly MemoryRecord[];
    readonly source?: MemorySource;
    readonly sink?: RecordingSink;
    readonly runtime?: ManualRuntime;
    readonly directory?: string;
  } = {},
): Bench {
  const runtime = parts.runtime ?? manualRuntime({ startAt: NOW });
  const logger = recordingLogger();
  const source =
    parts.source ??
    memorySource({ streams: [{ schema: NOTES, records: parts.records ?? [] }], now: () => runtime.now() });
  const sink = parts.sink ?? recordingSink();
  const directory = parts.directory ?? aStateDirectory();
  const state = new FileStateStore(directory, { logger, runtime });
  const pipeline: Pipeline = {
    name: 'notes',
    mapper: notesMapper,
    start: { kind: 'beginning', text: 'beginning' },
    settleMs: 30 * MINUTE,
    revisitMs: DAY,
    maxWindowMs: DAY,
    delivery: { maxDeadLetterShare: 0.05 },
    ...parts,
    source,
    sink,
    state,
  };
  return {
    pipeline,
    source,
    sink,
    runtime,
    context: { runtime, logger },
    directory,
    logger,
    run: (options) => runPipeline(pipeline, { runtime, logger }, { signal: new AbortController().signal, ...options }),
    state: () => state.reader('notes').read(),
    deadLetters: async () => {
      const letters: DeadLetter[] = [];
      for await (const letter of state.reader('notes').deadLetters()) letters.push(letter);
      return letters;
    },
  };
}

export function memoryNotes(
  records: readonly MemoryRecord[],
  options: Omit<Parameters<typeof memorySource>[0], 'streams'> = {},
): MemorySource {
  return memorySource({ streams: [{ schema: NOTES, records }], ...options });
}
