import { ConfigError, type Instant } from '@sluice/core/adapter';
import { repeatedEvents } from '@sluice/core/state';
import type { RunReport, RunResult } from '@sluice/core/engine';
import { EXIT } from '../process/exit-code.js';
import { theme } from '../terminal/theme.js';
import { withIsoTimes } from './iso-times.js';
import { commandLine, nextStep, type CalledWith } from './next-step.js';
import { table } from './table.js';
import { repeatsText, type RepeatRules } from './repeat-text.js';
import { counted, deadLettersIn, instantText, integer } from './words.js';

const DAY_MS = 86_400_000;
const OUTCOMES = {
  done: theme.ok('caught up'),
  stopped: theme.warning('stopped'),
  paused: theme.bad('PAUSED'),
  failed: theme.bad('FAILED'),
} as const;

/** Of what a summary is written. */
export interface SummaryOf {
  /** The pipeline file, for the commands in the advice. */
  readonly file?: string;
  readonly called?: CalledWith;
  /** What the destination does with repeats; not said when absent. */
  readonly rules?: RepeatRules;
}

/** What a run did, as one would read it the next morning. */
export function runSummary(
  { report, outcome }: RunResult,
  { file = 'FILE', called = {}, rules = [] }: SummaryOf = {},
): string {
  const streams = Object.entries(report.streams);
  const heading = ['stream', 'records read', 'repeats', 'filtered', 'events accepted', 'dead letters'];
  const rows = streams.map(([stream, counts]) => [
    stream,
    ...[counts.read, repeatedEvents(counts), counts.filtered, counts.accepted, deadLettersIn(counts)].map(integer),
  ]);
  const didNothing = report.windows === 0 && streams.every(([, { read }]) => read === 0);
  const work = didNothing
    ? ''
    : theme.quiet(
        `, ${counted(report.windows, 'window')}, ${counted(report.requests, 'request')}, ` +
          `${(report.bytes / 1024 / 1024).toFixed(1)} MiB`,
      );
  const closing = `${theme.name(report.pipeline)}: ${OUTCOMES[outcome]} in ${(report.durationMs / 1000).toFixed(1)} s${work}\n`;
  if (didNothing && outcome !== 'done') return closing;
  // What was read again but not sent is not a repeat.
  const repeats =
    report.requests === 0 ? undefined : repeatsText(Object.values(report.streams), rules, report.resentEvents);
  const held =
    report.held === 0 ? '' : `${counted(report.held, 'record')} held until final, or until the wait is over\n`;
  const end = report.sourceEnded === true ? 'The source has ended, and everything in it was exported.\n' : '';
  const change = mappingChangeText(report, file, called);
  return `${table([heading, ...rows])}\n\n${repeats === undefined ? '' : `${repeats}\n`}${held}${closing}${change}${end}`;
}

function mappingChangeText({ mappingChange, startedAt }: RunReport, file: string, called: CalledWith): string {
  if (mappingChange === undefined) return '';
  const { was, is, from } = mappingChange;
  const range = ['--from', dayText(from), '--to', dayText(startedAt + DAY_MS)];
  return (
    `The mapping has changed (${was.slice(0, 8)} → ${is.slice(0, 8)}): events sent before ${instantText(startedAt)} keep ` +
    `the old shape.\n${nextStep(commandLine(['backfill', file, ...range], called), 'to send them again')}`
  );
}

function dayText(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The same for programs. */
export function runAsJson({ report, outcome, failure }: RunResult): object {
  const error = failure && { type: failure.name, message: failure.message };
  return Object.assign({}, withIsoTimes(report), { outcome, ...(error && { error }) });
}

export function exitCodeOf({ outcome, failure, report }: RunResult): number {
  if (failure instanceof ConfigError) return EXIT.usage;
  if (outcome !== 'done') return EXIT.failed;
  return report.deadLetters > 0 ? EXIT.deadLetters : EXIT.done;
}
