import type { HourDifference, StreamVerification, Verification } from '@sluice/core/engine';
import { theme } from '../terminal/theme.js';
import { withIsoTimes } from './iso-times.js';
import { changesText, sentences, type RepeatRules } from './repeat-text.js';
import { table } from './table.js';
import { counted, integer } from './words.js';

/** The likely reasons of a difference, and what to do. */
const REASONS: Readonly<Record<HourDifference['kind'], string>> = {
  gap:
    'gap: records appeared in the source after their hour was exported: they were written later than `settle`, or ' +
    'imported or restored with an old creation time. Export them with --repair; if it happens again, increase `settle`',
  surplus:
    'surplus: exported records are no longer in the source because they were deleted there. The destination still has ' +
    'them; --repair accepts that',
  exchanged:
    'exchanged: the number of records is the same, but the records differ: some were deleted, others arrived late',
};

/** What was compared, the result, and every hour that differs. */
export function verificationText({ streams, openDeadLetters }: Verification, rules: RepeatRules = []): string {
  const heading = [
    'stream',
    'hours until',
    'in the source',
    'delivered',
    'filtered',
    'dead letters',
    'hours that differ',
  ];
  const rows = streams.map((each) => [
    each.stream,
    each.compared ? minuteText(each.compared.until) : 'not compared',
    ...[each.sourceRecords, each.delivered, each.filtered, each.deadLettered, each.differences.length].map(integer),
  ]);
  const differences = streams.flatMap((each) => each.differences);
  const kinds = [...new Set(differences.map(({ kind }) => kind))];
  const held = streams.reduce((sum, stream) => sum + stream.held, 0);
  const changes = changesText(
    streams.reduce((sum, { changedEvents }) => sum + changedEvents, 0),
    rules,
  );
  return [
    table([heading, ...rows]),
    ...streams.flatMap(({ stream, reason }) => (reason === undefined ? [] : [`\n${stream}: ${reason}`])),
    ...(differences.length === 0
      ? []
      : ['', differenceTable(differences), '', ...kinds.map((kind) => REASONS[kind]), ...repairLines(rules)]),
    ...(changes === undefined ? [] : ['', theme.warning(changes)]),
    ...(held === 0 ? [] : ['', `${counted(held, 'record')} held: read, and sent when final`]),
    ...(openDeadLetters === 0 ? [] : ['', theme.warning(`${counted(openDeadLetters, 'dead letter')} open`)]),
    '',
    closing(streams),
    '',
  ].join('\n');
}

/** The same for programs. */
export function verificationAsJson(verification: Verification): unknown {
  return withIsoTimes(verification);
}

/** A repair exports an hour whole. */
function repairLines(rules: RepeatRules): readonly string[] {
  return sentences(rules.filter(({ effect, withinMs }) => effect !== 'replace' || withinMs !== undefined)).map(
    (sentence) => `--repair exports every record of these hours again: ${sentence}`,
  );
}

const SHOWN = 50;

function differenceTable(differences: readonly HourDifference[]): string {
  const rows = differences
    .slice(0, SHOWN)
    .map(({ hour, stream, source, ledger, kind }) => [
      `${minuteText(hour)} ${stream}`,
      kind,
      integer(source),
      integer(ledger),
    ]);
  const more = differences.length - SHOWN;
  const text = table([['hour of creation', 'kind', 'in the source', 'accounted for'], ...rows]);
  return more > 0 ? `${text}\n… and ${integer(more)} more (see --json)` : text;
}

function closing(streams: readonly StreamVerification[]): string {
  if (streams.some(({ differences }) => differences.length > 0)) return theme.bad('NOT EVERY RECORD IS ACCOUNTED FOR.');
  if (streams.some(({ compared }) => compared === undefined))
    return theme.warning('Not everything can be compared yet.');
  return theme.ok('Every record of these hours is accounted for.');
}

function minuteText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
