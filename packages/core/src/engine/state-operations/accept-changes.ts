import { ConfigError } from '../../contracts/errors.js';
import type { Attribution, StateReader } from '../../contracts/state-store.js';
import { commitOnce } from '../run/commit-once.js';
import { bindingDifferences, type BindingDifference } from '../run/binding-differences.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { openSink, openSource } from '../retry/open-adapters.js';

/** What accepting the pipeline file as it is now would change in the state. */
export interface Acceptance {
  /** Of the state that it was made from. */
  readonly revision: number;
  readonly differences: readonly BindingDifference[];
}

/**
 * Reads only. Throws `ConfigError` while nothing was accepted by the sink: until then the next run plans anew by itself,
 * and going on from here would skip a history.
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
 * Goes on from here with source, start and sink as the pipeline file has them. Both sides are opened first, so that
 * nobody accepts a misspelt host or a key that the destination refuses. Closes both in every case.
 *
 * Throws what the sides say, and `StateError` when the state has moved on since `acceptance` was made or somebody holds
 * the lease.
 */
export async function acceptChanges(
  pipeline: Pipeline,
  context: EngineContext,
  {
    acceptance,
    attribution,
    signal,
  }: { readonly acceptance: Acceptance; readonly attribution: Attribution; readonly signal: AbortSignal },
): Promise<void> {
  const { source, sink, start } = pipeline;
  try {
    await openSource(source, signal, context);
    await openSink(sink, signal, context);
    const { description, fingerprint } = source.identity();
    const accepted = { source: { description, fingerprint }, start: start.text, sink: sink.identity() };
    const changes = [{ type: 'accept', ...accepted, attribution } as const];
    await commitOnce(pipeline.state, pipeline.name, changes, acceptance.revision);
  } finally {
    await source.close();
    await sink.close();
  }
}
