import { ConfigError } from '../../contracts/errors.js';
import type { Attribution } from '../../contracts/pipeline-state.js';
import type { StateReader } from '../../contracts/state-store.js';
import { bindingDifferences, type BindingDifference } from '../run/bind-state.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { openSink, openSource } from '../retry/retry.js';

/** The differences that `acceptChanges` would accept. */
export interface Acceptance {
  /** Of the state that was compared. */
  readonly revision: number;
  readonly differences: readonly BindingDifference[];
}

/**
 * Reads only. Throws `ConfigError` if the sink has accepted nothing yet: the next run then plans again anyway, and to
 * accept would skip history.
 */
export async function planAcceptance(
  pipeline: Pick<Pipeline, 'name' | 'source' | 'sink' | 'start'>,
  state: Pick<StateReader, 'read'>,
): Promise<Acceptance> {
  const { binding, revision } = await state.read();
  if (binding?.sink) return { revision, differences: bindingDifferences(pipeline, binding) };
  throw new ConfigError(
    [],
    `pipeline "${pipeline.name}" has delivered nothing yet, so there is nothing to accept: the next run starts with the ` +
      `current pipeline file`,
  );
}

/**
 * Binds the state to source, start and sink of the pipeline file, and keeps the cursors. Source and sink are opened
 * first, so that a misspelt host or an invalid key is not accepted. Always closes both.
 *
 * Throws what they throw, and `StateError` when the state has changed since `acceptance` or another process has the lease.
 */
export async function acceptChanges(
  pipeline: Pipeline,
  context: EngineContext,
  options: { readonly acceptance: Acceptance; readonly attribution: Attribution; readonly signal: AbortSignal },
): Promise<void> {
  const { acceptance, attribution, signal } = options;
  const { source, sink, start } = pipeline;
  try {
    await openSource(source, signal, context);
    await openSink(sink, signal, context);
    const writer = await pipeline.state.acquire(pipeline.name);
    try {
      const { description, fingerprint } = source.identity();
      const accepted = { source: { description, fingerprint }, start: start.text, sink: sink.identity() };
      await writer.commit([{ type: 'accept', ...accepted, attribution }], { expectedRevision: acceptance.revision });
    } finally {
      await writer.release();
    }
  } finally {
    await source.close();
    await sink.close();
  }
}
