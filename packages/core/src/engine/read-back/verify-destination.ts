import type { StateReader } from '../../contracts/state-store.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { FailureLimit } from '../retry/failure-limit.js';
import { openSink } from '../retry/retry.js';
import { retryingSource } from '../retry/retrying-source.js';
import { assertBoundTo } from '../run/bind-state.js';
import { arrivalsOf, compareDestination } from './compare-destination.js';
import type { DestinationRange } from './destination-range.js';
import type { DestinationVerification } from './destination-verification.js';

/**
 * Compares what the destination has stored with the events that the mapping makes of the source's exported records. Reads
 * only, and needs no lease. Always closes source and sink. Throws `ConfigError` for a sink that cannot be asked.
 */
export async function verifyDestination(
  given: Omit<Pipeline, 'state'> & { readonly state: StateReader },
  context: EngineContext,
  options: DestinationRange & { readonly signal: AbortSignal },
): Promise<DestinationVerification> {
  const failureLimit = new FailureLimit(given.delivery.giveUpAfterMs, context);
  const watched = { ...context, observe: failureLimit.observe };
  const pipeline = { ...given, source: retryingSource(given.source, watched) };
  const signal = AbortSignal.any([options.signal, failureLimit.gaveUp]);
  try {
    arrivalsOf(pipeline.sink);
    const [state, holder] = await Promise.all([given.state.read(), given.state.holder()]);
    const binding = assertBoundTo(pipeline, state);
    await pipeline.source.open({ signal });
    await openSink(pipeline.sink, signal, watched);
    const stored = { state, binding, reader: given.state, isRunning: holder !== undefined };
    return (await compareDestination({ ...options, ...stored, pipeline, context: watched, signal })).verification;
  } finally {
    await pipeline.source.close();
    await pipeline.sink.close();
  }
}
