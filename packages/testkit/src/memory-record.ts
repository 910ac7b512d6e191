import type { FieldValue, Instant } from '@sluice/core/adapter';

/** One record of a memory source. */
export interface MemoryRecord {
  readonly key: string;
  readonly createdAt: Instant;
  /** Default: `createdAt`. */
  readonly updatedAt?: Instant;
  /** Default: `createdAt`. */
  readonly eventTime?: Instant;
  readonly values: Readonly<Record<string, FieldValue>>;
  /** The records that this one takes values from: it is `derived` when one of them is `created` or `changed`. */
  readonly causes?: readonly { readonly stream: string; readonly key: string }[];
}
