import type { Source } from '../../contracts/source.js';
import { withRetry } from './with-retry.js';
import type { EngineContext } from '../pipeline.js';

/** Opens a source for a command that only looks: gives up after three attempts. */
export async function openSource(source: Source, signal: AbortSignal, context: EngineContext): Promise<void> {
  const unobserved = { ...context, observe: () => undefined };
  await withRetry(() => source.open({ signal }), { peer: 'source', attempts: 3, signal }, unobserved);
}
