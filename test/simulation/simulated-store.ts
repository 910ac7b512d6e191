import type { Window } from '@sluice/core/source';
import type { StateChange, StateStore, StateWriter, WindowPurpose } from '@sluice/core/state';
import type { Step } from './faults.js';
import type { Oracle } from './oracle.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { SimulatedClock } from './simulated-clock.js';
import type { WorkerRecord } from './worker-record.js';

export interface SimulatedStoreParts {
  /** The store that keeps the state. */
  readonly store: StateStore;
  readonly process: SimulatedProcess;
  readonly clock: SimulatedClock;
  readonly oracle: Oracle;
  readonly record: WorkerRecord;
  /** Called after a window was planned. */
  readonly onPlan: (purpose: WindowPurpose, window: Window) => void;
}

/** The state store of one worker. Shows every commit that takes effect to the oracle, even if it looks failed. */
export function simulatedStore(parts: SimulatedStoreParts): StateStore {
  const { store, process, oracle, record } = parts;
  return {
    reader: (pipeline) => store.reader(pipeline),
    acquire: (pipeline) =>
      process.step('acquire', async () => {
        const writer = await store.acquire(pipeline);
        process.writer = writer;
        oracle.acquired(record);
        return simulatedWriter(writer, parts);
      }),
  };
}

function simulatedWriter(
  writer: StateWriter,
  { process, clock, oracle, record, onPlan }: SimulatedStoreParts,
): StateWriter {
  return {
    get leaseExpiresAt() {
      return writer.leaseExpiresAt + process.clockAheadMs;
    },
    read: () => writer.read(),
    deadLetters: () => writer.deadLetters(),
    digests: (...asked) => writer.digests(...asked),
    holder: () => writer.holder(),
    commit: async (changes, options) => {
      const state = await process.step(stepOf(changes), async () => {
        await clock.sleep(5);
        const before = await writer.read();
        const after = await writer.commit(changes, options);
        if (clock.nowMs >= writer.leaseExpiresAt) oracle.fail('a commit took effect after the lease had expired');
        record.lostCommits += 1;
        oracle.committed(record, { changes, before, after });
        for (const change of changes) if (change.type === 'plan') onPlan(change.purpose, change.window);
        await clock.sleep(5);
        return after;
      });
      record.lostCommits -= 1;
      return state;
    },
    renew: () => process.step('renew', () => writer.renew()),
    release: () => process.step('release', () => writer.release()),
  };
}

const ONE_STEP_EACH = [
  'bind',
  'plan',
  'backfilled',
  'open-backfill',
  'close-backfill',
  'rewind',
  'accept',
  'remember',
  'run-ended',
] as const;

/** The step that a commit belongs to. */
export function stepOf(changes: readonly StateChange[]): Step {
  const types = new Set(changes.map(({ type }) => type));
  if (types.has('close-dead-letters')) return types.has('advance') ? 'replay' : 'discard';
  if (types.has('claim')) return 'claim';
  if (types.has('finish')) return 'finish';
  if (types.has('advance')) return 'advance';
  return ONE_STEP_EACH.find((type) => types.has(type)) ?? 'run-ended';
}
