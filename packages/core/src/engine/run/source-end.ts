import type { SourceEnd } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import type { RunRecorder } from './run-report.js';
import type { Run } from './run.js';

/** What a source that has ended says of its end; undefined as long as it lives. */
export async function endOfSource({ pipeline, signal }: Run): Promise<SourceEnd | undefined> {
  return pipeline.source.ended?.({ signal });
}

/**
 * How far following goes: to `limit`, or in a source that has ended to where nothing can follow, because its newest
 * record is older than `revisit`.
 */
export function limitAtEnd(limit: Instant, end: SourceEnd | undefined, revisitMs: number): Instant {
  if (end === undefined) return limit;
  return Math.min(limit, (end.newest ?? Number.NEGATIVE_INFINITY) + revisitMs + 1);
}

/** Says after a run that is caught up that the source has ended, and whether everything it holds was exported. */
export async function reportEnd(
  { pipeline, context, signal }: Run,
  end: SourceEnd,
  recorder: RunRecorder,
): Promise<void> {
  const { source, settleMs } = pipeline;
  const now = await source.now({ signal });
  const described = { source: source.identity().description };
  if (end.newest !== undefined && end.newest >= now - settleMs) {
    context.logger.warn(
      described,
      'the source has ended; the next run exports its newest records, which have not settled yet',
    );
    return;
  }
  recorder.sourceEnded();
  context.logger.info(described, 'the source has ended and everything in it was exported');
}
