import type { Counts } from './counts.js';
import type { ClosedDeadLetter } from './dead-letter.js';
import type { HeldRecord } from './held-record.js';
import type { Identity } from './identity.js';
import type { Backfill, LedgerWindow } from './ledger.js';
import type { Refusal } from './receipt.js';
import type { Instant } from './value.js';

/** The source, start and sink that a state belongs to, and what was fixed before the first read. */
export interface Binding {
  readonly source: Identity;
  /** `start` as written in the pipeline file. */
  readonly start: string;
  /** The first event time of the first backfill; absent: everything. */
  readonly eventFrom?: Instant;
  /** Fixed before the first read: the first backfill has what was created before it, following what came after. */
  readonly handover: Instant;
  /** Stored with the first accepted event. */
  readonly sink?: Identity;
}

/** Why a pipeline stopped until somebody acts. */
export interface Pause {
  readonly cause: Refusal | 'drift' | 'suspicious-dead-letters' | 'refused-request';
  readonly message: string;
  readonly since: Instant;
}

/** Who changed the state by a command, when and why. */
export interface Attribution {
  readonly at: Instant;
  /** The name of the user on the machine where the command ran: `ada@ops-1`. */
  readonly by: string;
  /** As given with the command. */
  readonly why?: string;
}

/** A command that changed the state, and what it did. */
export interface HistoryEntry extends Attribution {
  readonly what: 'rewind' | 'accept' | 'backfill' | 'repair' | 'replay' | 'discard';
  /** One line, without secrets. */
  readonly detail: string;
}

/** How the last run ended. */
export interface LastRun {
  readonly at: Instant;
  readonly outcome: 'done' | 'stopped' | 'paused' | 'failed';
  /** The message of the error; present when the run failed or paused. */
  readonly error?: string;
}

/** The counts of one day. */
export interface DayCounts {
  /** In UTC: `2026-03-09`. */
  readonly day: string;
  /** By stream; streams of which nothing was done are absent. */
  readonly streams: Readonly<Record<string, Counts>>;
}

/** Everything that is known of a pipeline, apart from dead letters and digests. It changes only by commits. */
export interface PipelineState {
  /** Grows by one with every commit; 0 before the first. */
  readonly revision: number;
  readonly binding?: Binding;
  /** In the order of their ids; finished neighbours of one stream, purpose and mapping are merged. */
  readonly windows: readonly LedgerWindow[];
  /** The id of the next window; never used before, not even by a window that was merged. */
  readonly nextWindowId: number;
  /** The streams whose first backfill is complete. */
  readonly backfilled: readonly string[];
  /** The backfills that are not complete. */
  readonly backfills: readonly Backfill[];
  /** The records that are held, in the order in which they were first read. Each stream and key once. */
  readonly held: readonly HeldRecord[];
  readonly openDeadLetters: number;
  /** The last 500 that were closed, oldest first. */
  readonly closedDeadLetters: readonly ClosedDeadLetter[];
  /** The counts of everything that was ever done, by stream. */
  readonly totals: Readonly<Record<string, Counts>>;
  /** The last 31 days on which anything was done, oldest first. */
  readonly days: readonly DayCounts[];
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly lastRun?: LastRun;
  readonly pause?: Pause;
}

/** The initial state, of a pipeline that never ran. */
export const EMPTY_STATE: PipelineState = {
  revision: 0,
  windows: [],
  nextWindowId: 1,
  backfilled: [],
  backfills: [],
  held: [],
  openDeadLetters: 0,
  closedDeadLetters: [],
  totals: {},
  days: [],
  history: [],
};
