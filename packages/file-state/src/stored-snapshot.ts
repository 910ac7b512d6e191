import { storedDigest, storedState, type HourDigest, type PipelineState } from '@sluice/core/state';
import { z } from 'zod';
import { DIGEST_FILE } from './digest-files.js';

/** What the snapshot file holds. */
export interface Snapshot {
  readonly format: 2;
  readonly state: PipelineState;
  readonly deadLetters: StoredRange;
  /** The names of the files with the digests. */
  readonly digestFiles: readonly string[];
}

/** The snapshot of an earlier version, which holds the digests itself. */
export interface FormerSnapshot extends Omit<Snapshot, 'format' | 'digestFiles'> {
  readonly format: 1;
  readonly digests: Readonly<Record<string, readonly HourDigest[]>>;
}

/** The name of a file with dead letters. After some were closed, a new one has those that are left. */
export const DEAD_LETTER_FILE = /^dead-letters(?:\.\d+)?\.jsonl$/u;

export const FIRST_DEAD_LETTER_FILE = 'dead-letters.jsonl';

/** The bytes of a dead letter file that belong to the snapshot, and the ids of those in it that are closed. */
export interface StoredRange {
  /** Its name. Absent: the first one, so that earlier versions, which had no other, can read the snapshot. */
  readonly file?: string | undefined;
  readonly from: number;
  readonly until: number;
  readonly closed: readonly string[];
}

export const NO_DEAD_LETTERS: StoredRange = { from: 0, until: 0, closed: [] };

const common = {
  state: storedState,
  deadLetters: z.strictObject({
    file: z.string().regex(DEAD_LETTER_FILE).optional(),
    from: z.number(),
    until: z.number(),
    closed: z.array(z.string()),
  }),
};

export const storedSnapshot: z.ZodType<Snapshot | FormerSnapshot> = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal(2), ...common, digestFiles: z.array(z.string().regex(DIGEST_FILE)) }),
  z.strictObject({ format: z.literal(1), ...common, digests: z.record(z.string(), z.array(storedDigest)) }),
]);
