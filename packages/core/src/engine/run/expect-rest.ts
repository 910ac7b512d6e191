import { estimateRest } from './first-backfill.js';
import type { Run } from './run.js';

/** Tells who watches about how many records of a stream are left of its first backfill. */
export async function expectRest({ pipeline, ledger, progress, signal }: Run, stream: string): Promise<void> {
  if (!progress.isWatched || ledger.state.backfilled.includes(stream)) return;
  progress.expect(stream, await estimateRest(pipeline.source, ledger.state, stream, signal));
}
