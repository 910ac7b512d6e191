import { ConfigError } from '../../contracts/errors.js';
import { streamNames } from '../../contracts/mapper.js';
import type { StateReader } from '../../contracts/state-store.js';
import { assertBoundTo } from '../run/bind-state.js';
import { FailureLimit } from '../retry/failure-limit.js';
import { retryingSource } from '../retry/retrying-source.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { verifyStreams, type StreamVerification } from './verify-stream.js';

/** The result of `verifyPipeline`. */
export interface Verification {
  readonly streams: readonly StreamVerification[];
  readonly openDeadLetters: number;
}

/** Whether every stream could be compared and no hour differs. */
export function isAccountedFor({ streams }: Verification): boolean {
  return streams.every(({ compared, differences }) => compared !== undefined && differences.length === 0);
}

/**
 * Compares the source with the ledger, hour by hour. Reads only, and needs no lease. Always closes source and sink.
 */
export async function verifyPipeline(
  pipeline: Omit<Pipeline, 'state'> & { readonly state: StateReader },
  context: EngineContext,
  options: { readonly signal: AbortSignal },
): Promise<Verification> {
  const failureLimit = new FailureLimit(pipeline.delivery.giveUpAfterMs, context);
  const source = retryingSource(pipeline.source, { ...context, observe: failureLimit.observe });
  const signal = AbortSignal.any([options.signal, failureLimit.gaveUp]);
  try {
    assertVerifiable(pipeline);
    const state = await pipeline.state.read();
    const binding = assertBoundTo(pipeline, state);
    await source.open({ signal });
    const compared = { source, state, binding, ledger: pipeline.state, signal };
    const streams = await verifyStreams(streamNames(pipeline.mapper), compared);
    return { streams, openDeadLetters: state.openDeadLetters };
  } finally {
    await source.close();
    await pipeline.sink.close();
  }
}

export function assertVerifiable({ source }: Pick<Pipeline, 'source'>): void {
  if (source.digest !== undefined) return;
  throw new ConfigError([], 'this source cannot be verified: it has no digests (`digest` in its contract)');
}
