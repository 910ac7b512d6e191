import type { LedgerWindow } from '../../contracts/ledger.js';
import type { Instant } from '../../contracts/value.js';

/** Where the last of these windows ends; undefined when there are none. */
export function latestEnd(windows: readonly LedgerWindow[]): Instant | undefined {
  return windows.length === 0 ? undefined : Math.max(...windows.map(({ window }) => window.until));
}
