import { ConfigError } from '../contracts/errors.js';
import type { Binding, PipelineState } from '../contracts/state-store.js';
import type { Instant } from '../contracts/value.js';
import type { Start } from '../config/pipeline-config.js';
import type { Pipeline } from './pipeline.js';

/**
 * Holds the state against what the pipeline file says now. Returns undefined when it fits, or the binding to commit: on
 * the first run, and when nothing has been accepted yet and the source or the start was corrected, so that a first try
 * against the wrong database does not skip a history. Throws `ConfigError` when the state describes something else.
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
  if (binding?.sink) refuseDifferences(pipeline, binding, start);
  if (binding && binding.source.fingerprint === source.fingerprint && binding.start === start) return undefined;
  const handover = sourceNow - pipeline.settleMs;
  const eventFrom = earliestEvent(pipeline.start, handover);
  return { source, start, handover, ...(eventFrom === undefined ? {} : { eventFrom }) };
}

/** The binding of a pipeline that has exported something. Throws `ConfigError` when there is none, or it is another's. */
export function assertBoundTo(pipeline: Omit<Pipeline, 'state'>, { binding }: PipelineState): Binding {
  if (binding === undefined) {
    throw new ConfigError([], `pipeline "${pipeline.name}" has exported nothing yet: let it run first`);
  }
  refuseDifferences(pipeline, binding, pipeline.start.text);
  return binding;
}

function refuseDifferences(pipeline: Omit<Pipeline, 'state'>, binding: Binding, start: string): void {
  const source = pipeline.source.identity();
  const sink = pipeline.sink.identity();
  const differences: string[] = [];
  const advice: string[] = [];
  if (binding.source.fingerprint !== source.fingerprint) {
    if (source.whenChanged !== undefined) advice.push(source.whenChanged);
    differences.push(`the source was "${binding.source.description}" and is now "${source.description}"`);
  }
  if (binding.start !== start) differences.push(`start was ${binding.start} and is now ${start}`);
  if (binding.sink && binding.sink.fingerprint !== sink.fingerprint) {
    const same = binding.sink.description === sink.description;
    const key = same ? ' with another key' : '';
    differences.push(`the sink was "${binding.sink.description}" and is now "${sink.description}"${key}`);
  }
  if (differences.length === 0) return;
  throw new ConfigError(
    [],
    `the state of pipeline "${pipeline.name}" belongs to something else: ${differences.join('; ')}. Going on would lose ` +
      `or repeat records. Undo the change, or give the pipeline another name, which starts it anew with a state of its own` +
      advice.map((sentence) => `. ${sentence}`).join(''),
  );
}

function earliestEvent(start: Start, handover: Instant): Instant | undefined {
  if (start.kind === 'date') return start.at;
  return start.kind === 'now' ? handover : undefined;
}
