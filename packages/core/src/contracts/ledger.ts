import type { Counts } from './counts.js';
import type { HourDigest } from './digest.js';
import type { Instant } from './value.js';
import type { Window } from './window.js';

/**
 * Why a window was planned.
 *
 * - `first-backfill`: the history before the handover, once per stream, by event time.
 * - `following`: what was created or changed after the handover, by the time of change. Where workers share the pipeline, a
 *   large one is planned as slices: windows of part `created` that divide it, and one of the older records only.
 * - `backfill`: a range of event time that is exported again on request; belongs to a `Backfill`.
 * - `repair`: one hour of creation time in which `verify` found a difference; its digest replaces that of the hour.
 * - `replay`: dead letters that were tried again. Its window is only the millisecond of the replay.
 * - `held`: held records that were read again by key. Like that of a replay; it leaves the ledger when it is finished.
 */
export type WindowPurpose = 'first-backfill' | 'following' | 'backfill' | 'repair' | 'replay' | 'held';

/** The part of a window that was done with one mapping. */
export interface LedgerSegment {
  /** The mapping's hash. */
  readonly mapping: string;
  readonly counts: Counts;
}

/** A window in the ledger. */
export interface LedgerWindow {
  /** Unique within the pipeline, ascending. Finished neighbours merge under the older id. */
  readonly id: number;
  readonly purpose: WindowPurpose;
  readonly window: Window;
  readonly status: 'open' | 'done';
  /** Where to continue, as the source gave it. Everything before it has a final outcome. */
  readonly cursor?: string;
  /** How many records after the cursor were in flight at the last commit: they are sent again on a resume. */
  readonly inFlightAtStop?: number;
  /** The `Backfill` that a window of purpose `backfill` belongs to. */
  readonly backfill?: string;
  /**
   * The worker that works on an open window of a pipeline that several workers share. When it is not among the living any
   * more, another worker may claim the window and go on from its cursor.
   */
  readonly claim?: number;
  /** What was read so far of the hour of an open window of purpose `repair`. */
  readonly digest?: HourDigest;
  /** In the order in which the mappings were used; more than one when the mapping changed midway. */
  readonly segments: readonly LedgerSegment[];
  readonly plannedAt: Instant;
  readonly finishedAt?: Instant;
}

/** A range of history that is exported again on request. Kept until it is complete. */
export interface Backfill {
  /** Unique within the pipeline for ever. A request for the same streams and range continues it. */
  readonly id: string;
  readonly streams: readonly string[];
  /** Event time, half-open. */
  readonly from: Instant;
  readonly until: Instant;
  /** Only records created before it: later ones are followed anyway. Fixed before the first read. */
  readonly createdBefore: Instant;
  readonly at: Instant;
}
