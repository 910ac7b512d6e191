import type { SourceEnd } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import type { RunRecorder } from './run-report.js';
import type { Run } from './run.js';

/**
 * Where following ends: at `limit`, or for a source that has ended, where its newest record is older than `revisit`, so
 * that no change can follow.
 */
export function limitAtEnd(limit: Instant, end: SourceEnd | undefined, revisitMs: number): Instant {
  if (end === undefined) return limit;
  return Math.min(limit, (end.newest ?? Number.NEGATIVE_INFINITY) + revisitMs + 1);
}

/** Logs after a run that the source has ended, and whether everything in it was exported. */
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
