import type { LedgerWindow } from '../../contracts/ledger.js';
import type { PipelineState } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';

/** The windows in the ledger of one stream of a backfill. */
export function windowsOfBackfill({ windows }: PipelineState, id: string, stream: string): readonly LedgerWindow[] {
  return windows.filter(({ backfill, window }) => backfill === id && window.stream === stream);
}

/** Where the last window ends; undefined when there is none. */
export function latestEnd(windows: readonly LedgerWindow[]): Instant | undefined {
  return windows.length === 0 ? undefined : Math.max(...windows.map(({ window }) => window.until));
}
