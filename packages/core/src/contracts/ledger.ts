import type { Counts } from './counts.js';
import type { HourDigest } from './digest.js';
import type { Instant } from './value.js';
import type { Window } from './window.js';

/**
 * Why a window was planned.
 *
 * - `first-backfill`: the history before the handover, once per stream, by event time.
 * - `following`: what was created and what changed since, by the time of change.
 * - `backfill`: a range of event time that somebody asked for again; belongs to a `Backfill`.
 * - `repair`: one hour of creation time that `verify` found different; its digest replaces the hour's.
 * - `replay`: dead letters that were tried again. No stretch of time: its window is the millisecond of the replay.
 */
export type WindowPurpose = 'first-backfill' | 'following' | 'backfill' | 'repair' | 'replay';

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
  /** How many records behind the cursor were on their way at the last commit: they are sent again on a resume. */
  readonly inFlightAtStop?: number;
  /** The `Backfill` that a window of purpose `backfill` belongs to. */
  readonly backfill?: string;
  /** Of an open window of purpose `repair`: what was read of its hour so far. */
  readonly digest?: HourDigest;
  /** In the order in which the mappings were used; more than one when a mapping changed in the middle. */
  readonly segments: readonly LedgerSegment[];
  readonly plannedAt: Instant;
  readonly finishedAt?: Instant;
}

/** A range of history that somebody asked to export again, until it is complete. */
export interface Backfill {
  /** Unique within the pipeline for all time. Asking again for the same streams and range goes on with it. */
  readonly id: string;
  readonly streams: readonly string[];
  /** Of event time, half-open. */
  readonly from: Instant;
  readonly until: Instant;
  /** Only records created before it: what comes later is followed anyway. Fixed before the first read. */
  readonly createdBefore: Instant;
  readonly at: Instant;
}
