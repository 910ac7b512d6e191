import type { Logger, Runtime } from '@sluice/core/adapter';
import type { Database, Query } from '@sluice/postgres';
import { momentOf, type LeaseClock } from './lease-clock.js';
import { isPassing, mayPassAtOnce, translateError } from './postgres-error.js';
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

/** Frees a lease, over a second connection if the first one breaks, and closes the database. */
export async function released(
  { row, database, logger }: UnderLease,
  free: (query: Query) => Promise<void>,
  otherwise: string,
): Promise<void> {
  try {
    await database.write(free).catch((error: unknown) => {
      if (!mayPassAtOnce(error)) throw error;
      database.reset();
      return database.write(free);
    });
  } catch (error) {
    const failure = translateError(error, 'release the lease on', database.place);
    logger.warn({ pipeline: row.pipeline, error: messageOf(failure) }, otherwise);
  }
  await database.close();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
