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

/** The bytes of the dead letter file that belong to the snapshot, and the ids of those in it that are closed. */
export interface StoredRange {
  readonly from: number;
  readonly until: number;
  readonly closed: readonly string[];
}

const common = {
  state: storedState,
  deadLetters: z.strictObject({ from: z.number(), until: z.number(), closed: z.array(z.string()) }),
};

export const storedSnapshot: z.ZodType<Snapshot | FormerSnapshot> = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal(2), ...common, digestFiles: z.array(z.string().regex(DIGEST_FILE)) }),
  z.strictObject({ format: z.literal(1), ...common, digests: z.record(z.string(), z.array(storedDigest)) }),
]);
