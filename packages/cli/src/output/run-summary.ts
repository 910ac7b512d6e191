import type { RunResult } from '@sluice/core/engine';
import { redactKnownSecrets } from '@sluice/core/service';
import { repeatedEvents } from '@sluice/core/state';
import { repeatsText } from './repeats-text.js';
import { integer, table } from './table.js';

/** What a run did, as one would read it the next morning. */
export function runSummary({ report, outcome }: RunResult): string {
  const rows = Object.entries(report.streams).map(([stream, counts]) => [
    stream,
    integer(counts.read),
    integer(repeatedEvents(counts)),
    integer(counts.filtered),
    integer(counts.accepted),
    integer(counts.deadLetteredRecords + counts.deadLetteredEvents),
  ]);
  const heading = ['stream', 'records read', 'sent again', 'filtered', 'events accepted', 'dead letters'];
  const seconds = report.durationMs / 1000;
  const words = { done: 'caught up', stopped: 'stopped', paused: 'PAUSED', failed: 'FAILED' }[outcome];
  const closing =
    `${report.pipeline}: ${words} in ${seconds.toFixed(1)} s, ${integer(report.windows)} windows, ` +
    `${integer(report.requests)} requests, ${(report.bytes / 1024 / 1024).toFixed(1)} MiB`;
  const end = report.sourceEnded === true ? 'The source has ended: everything that it holds was exported.\n' : '';
  const didNothing = report.windows === 0 && Object.values(report.streams).every(({ read }) => read === 0);
  if (didNothing && outcome !== 'done') return `${closing}\n`;
  const repeats = repeatsText(Object.values(report.streams));
  return `${table([heading, ...rows])}\n\n${repeats === undefined ? '' : `${repeats}\n`}${closing}\n${end}`;
}

/** The same for programs. Times are ISO 8601. */
export function runAsJson({ report, outcome, failure }: RunResult) {
  return {
    ...report,
    startedAt: new Date(report.startedAt).toISOString(),
    outcome,
    ...(failure ? { error: { type: failure.name, message: redactKnownSecrets(failure.message) } } : {}),
  };
}
