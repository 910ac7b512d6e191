import type { Identity } from '../../contracts/identity.js';
import type { Binding } from '../../contracts/state-store.js';
import type { Pipeline } from '../pipeline.js';

/** A difference between the state and the pipeline file, for people. */
export interface BindingDifference {
  readonly what: 'source' | 'start' | 'sink';
  readonly was: string;
  readonly is: string;
}

/** How the pipeline file differs from the state. The sink counts once it has accepted an event. */
export function bindingDifferences(
  { source, sink, start }: Pick<Pipeline, 'source' | 'sink' | 'start'>,
  binding: Binding,
): readonly BindingDifference[] {
  const differences: BindingDifference[] = [];
  if (differs(binding.source, source.identity())) {
    differences.push({ what: 'source', was: binding.source.description, is: source.identity().description });
  }
  if (binding.start !== start.text) differences.push({ what: 'start', was: binding.start, is: start.text });
  if (binding.sink && differs(binding.sink, sink.identity())) {
    const { description } = sink.identity();
    const key = binding.sink.description === description ? ', with another key' : '';
    differences.push({ what: 'sink', was: binding.sink.description, is: `${description}${key}` });
  }
  return differences;
}

function differs(bound: Identity, configured: Identity): boolean {
  return bound.fingerprint !== configured.fingerprint;
}
