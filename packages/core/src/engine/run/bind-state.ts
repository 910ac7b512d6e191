import { ConfigError, StateMovedError } from '../../contracts/errors.js';
import type { Identity } from '../../contracts/identity.js';
import type { Binding, PipelineState } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import type { Start } from '../../config/pipeline-config.js';
import type { Pipeline } from '../pipeline.js';

/**
 * Compares the state with the pipeline file. Returns undefined when they match, or the binding to commit: on the first
 * run, and when the source or the start was corrected before anything was accepted, so that a first try against the wrong
 * database does not skip history. Throws `ConfigError` when they do not match.
 */
export function bindingToCommit(
  pipeline: Omit<Pipeline, 'state'>,
  state: PipelineState,
  sourceNow: Instant,
): Binding | undefined {
  const { binding } = state;
  const { description, fingerprint } = pipeline.source.identity();
  const source = { description, fingerprint };
  const start = pipeline.start.text;
  if (binding?.sink) refuseDifferences(pipeline, binding);
  if (binding && binding.source.fingerprint === source.fingerprint && binding.start === start) return undefined;
  const handover = sourceNow - pipeline.settleMs;
  const eventFrom = earliestEvent(pipeline.start, handover);
  return { source, start, handover, ...(eventFrom === undefined ? {} : { eventFrom }) };
}

/** Returns the binding of the state. Throws `ConfigError` when there is none or it does not match the pipeline file. */
export function assertBoundTo(pipeline: Omit<Pipeline, 'state'>, { binding }: PipelineState): Binding {
  if (binding === undefined) {
    throw new ConfigError([], `pipeline "${pipeline.name}" has exported nothing yet: run it first`);
  }
  refuseDifferences(pipeline, binding);
  return binding;
}

function refuseDifferences(pipeline: Omit<Pipeline, 'state'>, binding: Binding): void {
  const error = differenceError(pipeline, binding);
  if (error) throw error;
}

/** The `ConfigError` for a pipeline file that does not match its state; undefined when it does. */
export function differenceError(pipeline: Omit<Pipeline, 'state'>, binding: Binding): ConfigError | undefined {
  const differences = bindingDifferences(pipeline, binding);
  if (differences.length === 0) return undefined;
  const limits = differences.map(({ what }) => LEFT_OUT_BY_ACCEPTING[what]);
  const { whenChanged } = pipeline.source.identity();
  const ofSource = differences.some(({ what }) => what === 'source') && whenChanged !== undefined;
  return new ConfigError(
    [],
    [
      ...(binding.sink && differences.some(({ what }) => what === 'sink')
        ? [pipeline.sink.differenceFrom?.(binding.sink)].filter((each) => each !== undefined)
        : []),
      `the pipeline file of "${pipeline.name}" no longer matches its state; continuing would lose or repeat records`,
      ...differences.map(({ what, was, is }) => `the ${what} was "${was}" and is now "${is}"`),
      '→ undo the change',
      `→ or continue from here with \`sluice state accept\`: ${limits.join('; ')}`,
      '→ or export everything again with `sluice state rewind --to start`',
      '→ or rename the pipeline, which starts with an empty state',
      ...(ofSource ? [whenChanged] : []),
    ].join('\n'),
  );
}

/** What `sluice state accept` leaves out, by what has changed. */
const LEFT_OUT_BY_ACCEPTING: Readonly<Record<BindingDifference['what'], string>> = {
  source: 'the history of what is new in the source then needs `sluice backfill`, or a separate pipeline',
  start: 'earlier history then needs `sluice backfill`',
  sink: 'what was exported before stays at the old destination; `sluice backfill` sends a range of it to the new one',
};

/** Throws `StateMovedError` when another worker has bound the state again, with a different handover: it can until a sink is bound. */
export function assertHandover({ binding }: PipelineState, handover: Instant): void {
  if (handover === binding?.handover) return;
  throw new StateMovedError('another worker has bound the state again, with a different handover');
}

function earliestEvent(start: Start, handover: Instant): Instant | undefined {
  if (start.kind === 'date') return start.at;
  return start.kind === 'now' ? handover : undefined;
}

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
