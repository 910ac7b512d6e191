import type { Logger } from '../contracts/logger.js';
import type { Instant } from '../contracts/value.js';
import type { RunResult } from '../engine/run/with-lease.js';

interface LoggedRun {
  /** The time of the next run. */
  readonly next: Instant;
  readonly isTurnOver: boolean;
  /** Whether it helped the run of another process. */
  readonly joins: boolean;
}

/** Logs how runs ended, with the time of the next run. The same trouble is logged as an error once, until it is over. */
export function runLog(base: Logger): (result: RunResult, run: LoggedRun) => void {
  let known: string | undefined;
  return (result, { next, isTurnOver, joins }) => {
    const { outcome, report, failure, cause } = result;
    const logger = base.child({ run: report.runId });
    switch (outcome) {
      case 'done':
        if (known !== undefined) logger.info({ trouble: known }, 'the pipeline has recovered');
        known = undefined;
        logger.info(
          summary(result),
          joins ? 'leaving the run: no work is left for one more process' : 'the run is done',
        );
        break;
      case 'stopped':
        logger.info(
          summary(result),
          isTurnOver
            ? 'the turn of the run is over; the run continues when the waiting pipelines have had theirs'
            : 'the run was stopped; finished work is saved',
        );
        break;
      case 'paused':
      case 'failed': {
        // A failure has no cause; it is the same trouble when its message is the same.
        const trouble = cause ?? failure?.message ?? outcome;
        const fields = { ...(cause ? { cause } : {}), error: failure?.message, next: new Date(next).toISOString() };
        const message =
          outcome === 'paused'
            ? 'the pipeline is paused; the next run retries'
            : 'the run failed; the next run retries';
        if (trouble === known) logger.debug(fields, message);
        else logger.error(fields, message);
        known = trouble;
        break;
      }
    }
  };
}

function summary({ report }: RunResult): object {
  let [records, events] = [0, 0];
  for (const counts of Object.values(report.streams)) {
    records += counts.read;
    events += counts.accepted;
  }
  const { durationMs, windows, requests, deadLetters } = report;
  return { durationMs, windows, records, events, requests, deadLetters };
}
