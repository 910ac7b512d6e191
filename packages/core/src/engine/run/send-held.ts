import { ConfigError, StateError, StateMovedError } from '../../contracts/errors.js';
import type { HeldRecord } from '../../contracts/held-record.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { Mapper, StreamMapper } from '../../contracts/mapper.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import type { RecordPage, Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import { StaleBatchError } from '../delivery/checking-sender.js';
import { PauseError } from '../delivery/pause-error.js';
import { WindowDelivery } from '../delivery/window-delivery.js';
import type { Run } from './run.js';

/** How many held records are read and committed at a time. */
const AT_A_TIME = 500;

/** Throws `ConfigError` for a mapping that holds records of a source that cannot read them again by key. */
export function assertHoldable({ mapper, source }: { readonly mapper: Mapper; readonly source: Source }): void {
  const holds = mapper.streams.find((each) => each.holds === true);
  if (holds === undefined || source.get !== undefined) return;
  throw new ConfigError(
    [],
    `the mapping holds records of ${holds.stream} until they are final, but this source cannot read a record again by its ` +
      'key (`get` in its contract): remove `final` from the mapping',
  );
}

/** Whether records of a stream may be held: it must then not be worked on in two windows at the same time. */
export function mayHold({ held }: PipelineState, { stream, holds }: StreamMapper): boolean {
  return holds === true || held.some((record) => record.stream === stream);
}

/**
 * Reads the held records of a stream again by key, and sends those that are final or whose wait is over. Left to following
 * are those that it still looks back to: it reads them when they change. `limit`: up to when the stream is followed.
 * `waitForOthers`: until no window of the stream is open, where several workers share the pipeline.
 */
export async function sendHeld(
  run: Run,
  mapper: StreamMapper,
  limit: Instant,
  waitForOthers: () => Promise<void>,
): Promise<void> {
  const { line, ledger, pipeline, signal } = run;
  const reload = async (): Promise<void> => {
    await ledger.refresh();
    line.held.reload(mapper.stream, ledger.state.held);
  };
  if (ledger.worker !== undefined) await reload();
  const now = line.clock.now();
  const isDue = ({ createdAt, until }: HeldRecord) =>
    mapper.holds !== true || until <= now || createdAt + pipeline.revisitMs <= limit;
  const due = line.held.of(mapper.stream).filter(isDue);
  for (let start = 0; start < due.length; start += AT_A_TIME) {
    signal.throwIfAborted();
    const keys = due.slice(start, start + AT_A_TIME).map(({ key }) => key);
    for (let isSent = false; !isSent;) {
      try {
        isSent = await trySend(run, mapper, keys);
      } catch (error) {
        if (!(error instanceof StateMovedError)) throw error;
        await reload();
        await waitForOthers();
        await reload();
      }
    }
  }
}

/** Returns whether everything is committed; if not, the records must be read again. */
async function trySend(run: Run, mapper: StreamMapper, wanted: readonly string[]): Promise<boolean> {
  const { ledger, line, pipeline, signal } = run;
  const { stream, fields } = mapper;
  const stillHeld = () => wanted.filter((key) => line.held.find(stream, key) !== undefined);
  if (stillHeld().length === 0) return true;
  const isShared = ledger.worker !== undefined;
  const { purpose, window: reading, plannedAt } = heldWindow(run, stream);
  // Before anything is read: no other worker may send a newer body meanwhile.
  const window = isShared ? await ledger.plan(purpose, reading, plannedAt) : heldWindow(run, stream);
  // Another worker may have sent some of them until then.
  if (isShared) line.held.reload(stream, ledger.state.held);
  const keys = stillHeld();
  if (keys.length === 0) {
    await ledger.dropHeld(window);
    return true;
  }
  const delivery = new WindowDelivery(run, mapper, window);
  const found = new Set<string>();
  try {
    const pages: AsyncIterable<RecordPage> | readonly RecordPage[] =
      pipeline.source.get?.({ stream, keys, fields }, { signal }) ?? [];
    for await (const page of pages) {
      for (const key of page.keys) found.add(key);
      await delivery.add(page);
    }
    await delivery.drain();
  } catch (error) {
    await delivery.halt(error);
    // After a pause for too many dead letters, or without the lease, nothing may be written.
    const mayCommit = !(error instanceof StateError || error instanceof PauseError);
    const prefix = mayCommit ? delivery.takeFinished() : undefined;
    if (prefix !== undefined || (mayCommit && isShared)) await ledger.settledHeld(window, prefix, []);
    if (error instanceof StaleBatchError) return false;
    throw error;
  }
  const prefix = delivery.takeFinished();
  const gone = keys.filter((key) => !found.has(key));
  const isUnchanged = prefix === undefined || prefix.counts.held === prefix.counts.read;
  // A commit an hour for what is still held would tell nothing.
  if (isUnchanged && gone.length === 0 && !isShared) return true;
  await ledger.settledHeld(window, prefix, gone);
  for (const key of gone) line.held.release(stream, key);
  return true;
}

/** A window for the ledger's counts and the ids of dead letters. It is planned and finished in one commit. */
function heldWindow({ line, ledger }: Run, stream: string): LedgerWindow {
  const now = line.clock.now();
  return {
    id: ledger.state.nextWindowId,
    purpose: 'held',
    window: { stream, axis: 'change', from: now, until: now + 1, revisitMs: 0 },
    status: 'open',
    segments: [],
    plannedAt: now,
  };
}
