import type { Counts } from './counts.js';
import type { Instant } from './value.js';
import type { Window } from './window.js';

/** Why a window was planned. */
export type WindowPurpose = 'first-backfill' | 'following';

/** What was done of a window under one mapping. */
export interface LedgerSegment {
  /** The mapping's hash. */
  readonly mapping: string;
  readonly counts: Counts;
}

/** A window in the ledger. */
export interface LedgerWindow {
  /** Unique within the pipeline, growing. Finished neighbours merge under the older number. */
  readonly id: number;
  readonly purpose: WindowPurpose;
  readonly window: Window;
  readonly status: 'open' | 'done';
  /** Where to go on, as the source gave it. Everything before it has a final outcome. */
  readonly cursor?: string;
  /** In the order in which the mappings were used; more than one when a mapping changed in the middle. */
  readonly segments: readonly LedgerSegment[];
  readonly plannedAt: Instant;
  readonly finishedAt?: Instant;
}
