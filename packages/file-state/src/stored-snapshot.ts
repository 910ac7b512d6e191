import { storedDigest, storedState, type HourDigest, type PipelineState } from '@sluice/core/state';
import { z } from 'zod';

/** What the snapshot file holds. */
export interface Snapshot {
  readonly format: 1;
  readonly state: PipelineState;
  readonly deadLetters: StoredRange;
  readonly digests: Readonly<Record<string, readonly HourDigest[]>>;
}

/** The bytes of the dead letter file that belong to the snapshot, and the ids of those in it that are closed. */
export interface StoredRange {
  readonly from: number;
  readonly until: number;
  readonly closed: readonly string[];
}

export const storedSnapshot: z.ZodType<Snapshot> = z.strictObject({
  format: z.literal(1),
  state: storedState,
  deadLetters: z.strictObject({ from: z.number(), until: z.number(), closed: z.array(z.string()) }),
  digests: z.record(z.string(), z.array(storedDigest)),
});
