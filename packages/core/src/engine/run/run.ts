import type { DeliveryParts } from '../delivery/delivery-line.js';
import type { LedgerWriter } from './ledger-writer.js';
import type { ProgressTally } from './progress-tally.js';

/** What the windows of one run share. The pipeline's source retries by itself. */
export interface Run extends DeliveryParts {
  readonly ledger: LedgerWriter;
  readonly progress: ProgressTally;
}
