import type { Logger } from '../contracts/logger.js';
import type { StateReader } from '../contracts/state-store.js';
import { describeHolder } from '../state/in-use-error.js';

/**
 * Whether another process changes the state now, and does not share it with workers such as this one. Says so once, until
 * it is over.
 */
export function heldElsewhere(
  state: StateReader,
  logger: Logger,
  { isShared }: { readonly isShared: boolean },
): () => Promise<boolean> {
  let isKnown = false;
  return async () => {
    // The run reports why the state cannot be read.
    const found = await state.holder().catch(() => undefined);
    const holder = isShared && found?.others !== undefined ? undefined : found;
    if (holder !== undefined && !isKnown) {
      logger.info({ holder: describeHolder(holder) }, 'another process has the state; trying again until it is free');
    }
    isKnown = holder !== undefined;
    return isKnown;
  };
}
