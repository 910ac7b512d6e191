import { TransientError, type Instant, type Runtime } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { WITHOUT_REPLAY_TIME } from './check-replica.js';
import { raw, sql } from './sql.js';
import type { SqlQuery } from './statements.js';
import { wholeMs } from './time-expressions.js';

/** How long a replica may take until it replays its first commit. */
const REPLAY_PATIENCE_MS = 60_000;

const REPLAYED = 'CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() ELSE clock_timestamp() END';

/** `Source.now` of a database: its own clock, or on a replica the time of the last replayed commit. */
export class SourceClock {
  readonly #place: string;
  readonly #replicaDelaySeconds: number | undefined;
  readonly #runtime: Runtime;
  /** When the replica was first asked for its time in vain, by the monotonic clock. */
  #timelessSinceMs: number | undefined;

  constructor(place: string, replicaDelaySeconds: number | undefined, runtime: Runtime) {
    this.#place = place;
    this.#replicaDelaySeconds = replicaDelaySeconds;
    this.#runtime = runtime;
  }

  async now(query: SqlQuery): Promise<Instant> {
    const [row] = await query(sql`SELECT ${raw(wholeMs(REPLAYED))}, ${raw(wholeMs('clock_timestamp()'))}`);
    const text = row?.[0];
    if (text === null || text === undefined) {
      if (this.#replicaDelaySeconds === undefined) throw this.#timeless();
      return Number(row?.[1]) - this.#replicaDelaySeconds * 1000;
    }
    this.#timelessSinceMs = undefined;
    return Number(text);
  }

  /** A replica that has just started has no time until the primary commits; one of Aurora never has. */
  #timeless(): TransientError | SourceDriftError {
    const message = `${this.#place}: the replica does not report what it has replayed`;
    const nowMs = this.#runtime.monotonicMs();
    this.#timelessSinceMs ??= nowMs;
    if (nowMs - this.#timelessSinceMs < REPLAY_PATIENCE_MS) return new TransientError(message);
    return new SourceDriftError(`${message}; ${WITHOUT_REPLAY_TIME}`);
  }
}
