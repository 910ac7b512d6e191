import type { Logger, Runtime } from '@sluice/core/adapter';
import type { Database } from '@sluice/postgres';
import { momentOf, type LeaseClock } from './lease-clock.js';
import { isPassing, translateError } from './postgres-error.js';
import type { PipelineRow } from './stored-lease.js';

export interface UnderLease {
  readonly row: PipelineRow;
  readonly clock: LeaseClock;
  readonly database: Database;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;

/**
 * Repeats a transaction while the database does not answer, until the lease may have expired. `extendsLease`: it then counts
 * from before the request.
 */
export async function repeated<T>(
  { row, clock, database, runtime, logger }: UnderLease,
  doing: string,
  transact: () => Promise<T>,
  { extendsLease }: { readonly extendsLease: boolean },
): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const asked = momentOf(runtime);
    // One attempt after the lease has expired is safe, because writing is fenced, and tells whether somebody else has it.
    const isLast = asked.wall >= clock.leaseExpiresAt;
    try {
      const result = await transact();
      if (extendsLease) clock.extend(asked);
      return result;
    } catch (error) {
      const translated = translateError(error, doing, database.place);
      if (!isPassing(error)) throw translated;
      database.reset();
      if (isLast) throw translated;
      logger.warn(
        { pipeline: row.pipeline, waitMs, error: messageOf(translated) },
        'the database of the state did not answer; retrying',
      );
      await runtime.sleep(waitMs * (0.5 + runtime.random() / 2));
    }
  }
}

/** The database for reading, where a transaction is repeated likewise. */
export function readRepeatedly(context: UnderLease): Pick<Database, 'read' | 'place'> {
  const { database } = context;
  return {
    place: database.place,
    read: async (work, options) =>
      repeated(context, 'read', () => database.read(work, options), { extendsLease: false }),
  };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
