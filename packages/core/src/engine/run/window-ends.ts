import type { LedgerWindow } from '../../contracts/ledger.js';
import type { Instant } from '../../contracts/value.js';

/** Where the last of these windows ends; undefined when there are none. */
export function latestEnd(windows: readonly LedgerWindow[]): Instant | undefined {
  return windows.length === 0 ? undefined : Math.max(...windows.map(({ window }) => window.until));
}

/**
 * Up to where these windows of a stream and purpose are done; undefined when nothing is. Several workers finish them in any
 * order: the first that is open counts.
 */
export function exportedEnd(windows: readonly LedgerWindow[]): Instant | undefined {
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  let open = Number.POSITIVE_INFINITY;
  for (const { status, window } of windows) {
    if (status === 'open') open = Math.min(open, window.from);
    else {
      from = Math.min(from, window.from);
      until = Math.max(until, window.until);
    }
  }
  return from > until || open <= from ? undefined : Math.min(until, open);
}
