import { StateMovedError } from '../../contracts/errors.js';
import type { LedgerWriter } from './ledger-writer.js';

/** Does what another worker may be faster with; then it reads the newest state, and the work is planned again. */
export async function unlessMoved<T>(
  ledger: Pick<LedgerWriter, 'refresh'>,
  work: () => Promise<T>,
): Promise<T | 'again'> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StateMovedError)) throw error;
    await ledger.refresh();
    return 'again';
  }
}
