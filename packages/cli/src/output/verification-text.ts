import type { HourDifference, StreamVerification, Verification } from '@sluice/core/engine';
import { deadLetterCount } from './dead-letter-text.js';
import { integer, table } from './table.js';

/** Likely reasons, and what to do, for people. */
const REASONS: Readonly<Record<HourDifference['kind'], string>> = {
  gap:
    'gap: records became visible after their hour was exported: written later than `settle`, imported or restored with ' +
    'an old creation time, or made so by hand. Export them with --repair; if it happens again, make `settle` longer',
  surplus:
    'surplus: records were exported and are no longer in the source: deleted there. The destination still has them; ' +
    '--repair accepts it',
  exchanged: 'exchanged: as many records as were exported, but other ones: some were deleted and some came late',
};

/** What was compared, what became of it, and every hour that differs. */
export function verificationText({ streams, openDeadLetters }: Verification): string {
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
    each.compared ? minute(each.compared.until) : 'not compared',
    integer(each.sourceRecords),
    integer(each.delivered),
    integer(each.filtered),
    integer(each.deadLettered),
    integer(each.differences.length),
  ]);
  const differences = streams.flatMap((each) => each.differences);
  const kinds = [...new Set(differences.map(({ kind }) => kind))];
  return [
    table([heading, ...rows]),
    ...streams.flatMap(({ stream, reason }) => (reason === undefined ? [] : [`\n${stream}: ${reason}`])),
    ...(differences.length === 0 ? [] : ['', differenceTable(differences), '', ...kinds.map((kind) => REASONS[kind])]),
    ...(openDeadLetters === 0 ? [] : ['', `${deadLetterCount(openDeadLetters)} open: see sluice dead-letters list`]),
    '',
    closing(streams),
    '',
  ].join('\n');
}

/** The same for programs. Times are ISO 8601. */
export function verificationAsJson({ streams, openDeadLetters }: Verification) {
  return {
    openDeadLetters,
    streams: streams.map(({ compared, differences, ...each }) => ({
      ...each,
      ...(compared ? { compared: { from: iso(compared.from), until: iso(compared.until) } } : {}),
      differences: differences.map((difference) => ({ ...difference, hour: iso(difference.hour) })),
    })),
  };
}

const SHOWN = 50;

function differenceTable(differences: readonly HourDifference[]): string {
  const rows = differences
    .slice(0, SHOWN)
    .map(({ hour, stream, source, ledger, kind }) => [
      `${minute(hour)} ${stream}`,
      kind,
      integer(source),
      integer(ledger),
    ]);
  const more = differences.length - SHOWN;
  const text = table([['hour of creation', 'kind', 'in the source', 'accounted for'], ...rows]);
  return more > 0 ? `${text}\n… and ${integer(more)} more (--json has them all)` : text;
}

function closing(streams: readonly StreamVerification[]): string {
  if (streams.some(({ differences }) => differences.length > 0)) return 'NOT EVERYTHING IS ACCOUNTED FOR.';
  if (streams.some(({ compared }) => compared === undefined)) return 'Not everything can be compared yet.';
  return 'Every record of these hours is accounted for.';
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function minute(at: number): string {
  return iso(at).slice(0, 16).replace('T', ' ');
}
