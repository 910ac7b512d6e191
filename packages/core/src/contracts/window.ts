import type { Instant } from './value.js';

/**
 * What a window's times mean.
 *
 * - `change`: when the source learned of the record or of a change to it. Used to follow a source.
 * - `event`: when the thing happened that the record tells of. Used to backfill a range of history.
 */
export type Axis = 'change' | 'event';

/**
 * A half-open stretch `[from, until)` of one stream: the unit of work, of retry, of the ledger and of distribution.
 *
 * On the axis `event` a window holds the records whose event time is in `[from, until)` and, where `createdBefore` is
 * given, whose creation lies before it.
 *
 * On the axis `change` it holds, in three parts that are read one after another (see `WindowPart`), the records
 * created in `[from, until)` and those older ones that changed since `from`.
 */
export interface Window {
  readonly stream: string;
  readonly axis: Axis;
  readonly from: Instant;
  readonly until: Instant;
  /**
   * The handover: the moment that divides the history that the backfill holds from what following holds. On the axis
   * `event`, only records created before it belong to the window. On the axis `change`, a record created before it
   * belongs to the window only if its event time is at or after `eventFrom`.
   */
  readonly createdBefore?: Instant;
  /** The pipeline's start: the earliest event time of records created before the handover. Absent: no limit. */
  readonly eventFrom?: Instant;
  /** How far before `from` older records are searched for changes, in milliseconds. 0: part `created` alone. */
  readonly revisitMs: number;
}

/**
 * Why a record is in a window.
 *
 * - `event`: its event time is in the window (axis `event` has this part only).
 * - `created`: it was created in `[from, until)`. Order: creation time, key.
 * - `changed`: it was created in `[from − revisit, from)` and changed at or after `from`, with **no** upper bound:
 *   what changes again later is sent again, never missed. Order: creation time, key.
 * - `derived`: something it takes values from falls under `created` or `changed`. Order: the cause's creation time,
 *   keys. Records of part `created` are left out.
 * - `asked`: it was asked for by its key (`Source.get`); in no window.
 */
export type WindowPart = 'event' | 'created' | 'changed' | 'derived' | 'asked';
