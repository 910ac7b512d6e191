import type { Instant } from './value.js';

/**
 * The meaning of a window's times.
 *
 * - `change`: when the source learned of the record or of a change to it. Used to follow a source.
 * - `event`: when what the record describes happened. Used to backfill a range of history.
 */
export type Axis = 'change' | 'event';

/**
 * A half-open interval `[from, until)` of one stream: the unit of work and of the ledger.
 *
 * On the axis `event` a window contains the records whose event time is in `[from, until)` and that were created before
 * `createdBefore`, if that is given.
 *
 * On the axis `change` it contains the records created in `[from, until)` and older ones that changed since `from`, in
 * three parts that are read one after another (see `WindowPart`).
 */
export interface Window {
  readonly stream: string;
  readonly axis: Axis;
  readonly from: Instant;
  readonly until: Instant;
  /**
   * The handover, which divides history from following. On the axis `event`, only records created before it belong to the
   * window. On the axis `change`, a record created before it belongs to the window only if its event time is at or after
   * `eventFrom`.
   */
  readonly createdBefore?: Instant;
  /** The pipeline's start: the earliest event time of records created before the handover. Absent: no limit. */
  readonly eventFrom?: Instant;
  /** How far before `from` older records are searched for changes, in milliseconds. 0: only part `created`. */
  readonly revisitMs: number;
  /**
   * On the axis `change` only: the window has no part `created`. What was created in `[from, until)` is then in other
   * windows, which several workers read side by side.
   */
  readonly olderOnly?: true;
}

/**
 * Why a record is in a window.
 *
 * - `event`: its event time is in the window (axis `event` has this part only).
 * - `created`: it was created in `[from, until)`. Order: creation time, key.
 * - `changed`: it was created in `[from − revisit, from)` and changed at or after `from`, with **no** upper bound:
 *   a later change is sent again, never missed. Order: creation time, key.
 * - `derived`: a record that it takes values from is `created` or `changed`. Order: that record's creation time, keys.
 *   Records of part `created` are left out.
 * - `asked`: it was requested by key (`Source.get`), without a window.
 */
export type WindowPart = 'event' | 'created' | 'changed' | 'derived' | 'asked';
