import type { Instant, JsonValue } from '@sluice/core/adapter';
import type { EncodedEvent } from '@sluice/core/sink';

/** How events are written as a file. */
export interface FileFormat {
  /** With its point. */
  readonly extension: string;
  readonly contentType: string;
  /** For people: `Parquet`. */
  readonly name: string;
  /** The same events and the same time always give the same bytes. */
  write(events: readonly EncodedEvent[], exportedAt: Instant): Promise<Buffer>;
  /** What the file holds, row by row. */
  rows(events: readonly EncodedEvent[], exportedAt: Instant): readonly JsonValue[];
}
