import { ConfigError } from '../../contracts/errors.js';
import type { StateReader } from '../../contracts/state-store.js';
import { assertBoundTo } from '../run/bind-state.js';
import { retryingSource } from '../retry/retrying-source.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { verifyStream, type StreamVerification } from './verify-stream.js';

/** What `verifyPipeline` found. */
export interface Verification {
  readonly streams: readonly StreamVerification[];
  readonly openDeadLetters: number;
}

/** Whether every record of the compared hours is accounted for, and every stream could be compared. */
export function isAccountedFor({ streams }: Verification): boolean {
  return streams.every(({ compared, differences }) => compared !== undefined && differences.length === 0);
}

export interface VerifyOptions {
  readonly signal: AbortSignal;
}

/**
 * Compares, hour by hour, what the source holds with what the ledger has accounted for. Reads only, from the source and
 * from the state, also while somebody else runs the pipeline. Closes the source in every case.
 */
export async function verifyPipeline(
  pipeline: Omit<Pipeline, 'state'> & { readonly state: StateReader },
  context: EngineContext,
  { signal }: VerifyOptions,
): Promise<Verification> {
  const source = retryingSource(pipeline.source, context);
  try {
    assertVerifiable(pipeline);
    const state = await pipeline.state.read();
    const binding = assertBoundTo(pipeline, state);
    await source.open({ signal });
    const streams: StreamVerification[] = [];
    for (const { stream } of pipeline.mapper.streams) {
      const options = { source, state, binding, ledger: pipeline.state, signal };
      streams.push(await verifyStream(stream, options));
    }
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
