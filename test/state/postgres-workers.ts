import { runPipeline, systemRuntime, type RunResult } from '@sluice/core/engine';
import { addKeySums, keySums } from '@sluice/core/source';
import type { StateStore } from '@sluice/core/state';
import { postgresState } from '@sluice/postgres-state';
import { anAdapterContext, recordingLogger, recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aPipeline, HOUR, memoryNotes, notes, NOW } from '../engine/a-pipeline.js';

const RECORDS = 2500;
const KEYS = notes(RECORDS).map(({ key }) => key);

interface WorkersOptions {
  /** Of the database of the state. */
  readonly url: string;
  readonly lease: 'window' | 'pipeline';
  /** Called before each request is answered, when all workers have joined, with how many requests they have made. */
  readonly onSend: (sends: number) => Promise<void>;
}

/** A process that exports the same records as the others. */
export interface PostgresWorker {
  readonly accepted: readonly { readonly id: string; readonly uuid: string }[];
  run(): Promise<RunResult>;
}

export function aStore({ url, lease }: Pick<WorkersOptions, 'url' | 'lease'>, logger = recordingLogger()): StateStore {
  const config = postgresState.config.parse({ url, lease });
  return postgresState.create(config, { ...anAdapterContext(), runtime: systemRuntime, logger });
}

export function postgresWorkers(count: number, { onSend, ...options }: WorkersOptions): readonly PostgresWorker[] {
  const source = memoryNotes(notes(RECORDS), { now: () => NOW });
  let sends = 0;
  let opened = 0;
  let onAllOpen = () => {};
  const allOpen = new Promise<void>((fulfil) => (onAllOpen = fulfil));
  return Array.from({ length: count }, () => {
    const logger = recordingLogger();
    const sink = recordingSink({
      onOpen: () => {
        if ((opened += 1) === count) onAllOpen();
      },
      answer: async () => {
        await allOpen;
        await onSend((sends += 1));
        return undefined;
      },
    });
    const { pipeline } = aPipeline({ source, sink, maxWindowMs: 2 * HOUR });
    const state = aStore(options, logger);
    return {
      get accepted() {
        return sink.accepted.map(({ id, uuid }) => ({ id: String(id), uuid }));
      },
      run: async () => {
        const { signal } = new AbortController();
        return runPipeline({ ...pipeline, state }, { runtime: systemRuntime, logger }, { signal });
      },
    };
  });
}

/**
 * The state has every record once. The destination has it as well, and what it has twice under one identity. Returns how
 * many events it has more than once.
 */
export async function expectComplete(workers: readonly PostgresWorker[], url: string): Promise<number> {
  const accepted = workers.flatMap((worker) => worker.accepted);
  expect([...new Set(accepted.map(({ id }) => id))].toSorted()).to.deep.equal(KEYS);
  expect(new Set(accepted.map(({ uuid }) => uuid)).size).to.equal(RECORDS);
  const reader = aStore({ url, lease: 'window' }).reader('notes');
  const { totals, windows, openDeadLetters } = await reader.read();
  expect(totals['note']).to.include({ read: RECORDS, accepted: RECORDS });
  expect(openDeadLetters).to.equal(0);
  expect(windows.map(({ status }) => status)).not.to.include('open');
  const digests = await reader.digests('note', 0, NOW);
  expect(digests.reduce((sum, { delivered }) => sum + delivered, 0)).to.equal(RECORDS);
  expect(digests.map(({ sums }) => sums).reduce(addKeySums)).to.deep.equal(keySums(KEYS));
  return accepted.length - RECORDS;
}
