import type { Counts } from './counts.js';
import type { ClosedDeadLetter, DeadLetter } from './dead-letter.js';
import type { HourDigest } from './digest.js';
import type { HeldRecord } from './held-record.js';
import type { Identity } from './identity.js';
import type { Backfill, WindowPurpose } from './ledger.js';
import type { Binding, Pause, Attribution, HistoryEntry, LastRun } from './pipeline-state.js';
import type { Instant } from './value.js';
import type { Window } from './window.js';

/** One change of a commit. The changes of a commit take effect together or not at all, in their order. */
export type StateChange =
  /** Before the first read. Replaces a binding under which nothing was accepted, and removes its windows. */
  | { readonly type: 'bind'; readonly binding: Binding }
  /** With the first accepted event. */
  | { readonly type: 'bind-sink'; readonly sink: Identity }
  /** Keeps the state although source, start or sink changed in the pipeline file. */
  | {
      readonly type: 'accept';
      readonly source: Identity;
      readonly start: string;
      readonly sink: Identity;
      readonly attribution: Attribution;
    }
  | {
      readonly type: 'plan';
      readonly id: number;
      readonly purpose: WindowPurpose;
      readonly window: Window;
      /** The id of the backfill; with purpose `backfill` only. */
      readonly backfill?: string;
      /** The worker that works on it from now on; only in a pipeline that several workers share. */
      readonly claim?: number;
      readonly at: Instant;
    }
  /** The worker works on the open window from now on. Refused while another living worker has its claim. */
  | { readonly type: 'claim'; readonly id: number; readonly worker: number }
  /** Counts, dead letters and digests since the last `advance` of the window, and the cursor after all of them. */
  | {
      readonly type: 'advance';
      readonly id: number;
      readonly mapping: string;
      readonly cursor?: string;
      /** See `LedgerWindow.inFlightAtStop`; 0 when absent. */
      readonly inFlightAtStop?: number;
      readonly counts: Counts;
      readonly deadLetters: readonly DeadLetter[];
      /**
       * At most one per hour. Only of records of the first backfill and of part `created`. They are added to the hour's
       * digest; in a window of purpose `repair` they are kept until its `finish` replaces the digest.
       */
      readonly digests?: readonly HourDigest[];
      /** Records of the window's stream that are held from now on, or for longer. */
      readonly held?: readonly HeldRecord[];
      /** The keys of those that are not held any more: they have a final outcome, or are no longer in the source. */
      readonly released?: readonly string[];
      /** The worker that has claimed the window; refused when another one has. */
      readonly worker?: number;
      readonly at: Instant;
    }
  /** `worker`: as in `advance`. */
  | { readonly type: 'finish'; readonly id: number; readonly worker?: number; readonly at: Instant }
  | { readonly type: 'backfilled'; readonly stream: string }
  | { readonly type: 'open-backfill'; readonly backfill: Backfill; readonly attribution: Attribution }
  /** The backfill is complete. Refused while one of its windows is open. */
  | { readonly type: 'close-backfill'; readonly id: string }
  /**
   * Goes back to `to`, so that following does again what came after it. `to` is a full hour of UTC, not before the
   * handover. Windows of following and repair are cut there, open ones are dropped, later digests are cleared, and held
   * records that were created later are forgotten: they are read again. With `start`, everything is done again under a new
   * binding: windows, digests, backfills, held records and dead letters are removed.
   */
  | {
      readonly type: 'rewind';
      readonly to: Instant | 'start';
      readonly streams: readonly string[];
      readonly attribution: Attribution;
    }
  /** Closes dead letters. Ids that are not open are ignored. */
  | {
      readonly type: 'close-dead-letters';
      readonly ids: readonly string[];
      readonly how: ClosedDeadLetter['how'];
      /** What is kept of them. Absent in a commit of an earlier version. */
      readonly letters?: readonly Pick<DeadLetter, 'id' | 'stream' | 'key' | 'reason'>[];
      readonly attribution: Attribution;
    }
  /** Adds an entry to the history, and changes nothing else. */
  | { readonly type: 'remember'; readonly entry: HistoryEntry }
  | { readonly type: 'run-ended'; readonly run: LastRun }
  | { readonly type: 'pause'; readonly pause: Pause }
  /** Ends the pause. `since`: only one that began then, so that a later one of another worker stays. */
  | { readonly type: 'resume'; readonly since?: Instant };
