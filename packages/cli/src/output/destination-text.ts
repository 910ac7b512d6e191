import { hasArrived, type DestinationVerification } from '@sluice/core/engine';
import { theme } from '../terminal/theme.js';
import { withIsoTimes } from './iso-times.js';
import { sentences, type RepeatRules } from './repeat-text.js';
import { table } from './table.js';
import { counted, instantText, integer } from './words.js';

const SHOWN = 50;

/** What was compared with the destination, what is missing there by hour, and why it probably is. */
export function destinationText(verification: DestinationVerification): string {
  const { place, compared, reason, events, differences, unexamined } = verification;
  const { causes, ahead, earlier, queries, settlesAt } = verification;
  const rows = events.map(({ event, expected, missing }) => [
    event,
    ...[expected, expected - missing, missing].map(integer),
  ]);
  const range = compared && `events of ${minuteText(compared.from)} until ${minuteText(compared.until)} UTC`;
  return [
    `${theme.name(place)}${range === undefined ? '' : `: ${range}`}`,
    ...(rows.length === 0 ? [] : ['', table([['event', 'expected', 'found', 'missing'], ...rows])]),
    ...(differences.length === 0 ? [] : ['', missingTable(differences)]),
    ...(unexamined.length === 0 ? [] : ['', theme.warning(unexaminedText(unexamined))]),
    ...(causes.length === 0 ? [] : ['', 'likely, not certain:', ...causes.map(({ message }) => `- ${message}`)]),
    ...(earlier === 0 || compared === undefined
      ? []
      : [
          '',
          `${counted(earlier, 'event')} of these records not compared: the time is before ${minuteText(compared.from)}; an earlier --from includes them`,
        ]),
    ...(ahead === 0
      ? []
      : ['', `${counted(ahead, 'event')} not compared: their time was in the future when their record was created`]),
    ...(reason === undefined ? [] : ['', theme.warning(reason)]),
    ...(settlesAt === undefined || differences.length === 0
      ? []
      : [
          '',
          theme.warning(`the latest events may still be on their way: compare again after ${instantText(settlesAt)}`),
        ]),
    '',
    theme.quiet(`${counted(queries, 'query').replace(/ys$/, 'ies')} to the destination`),
    closing(verification),
    '',
  ].join('\n');
}

/** The same for programs. */
export function destinationAsJson(verification: DestinationVerification): unknown {
  return withIsoTimes(verification);
}

/** What sending the missing events again does, should they be there after all. */
export function resendLines(rules: RepeatRules): string {
  const lines = sentences(rules).map((sentence) => `if one has arrived in the meantime: ${sentence}`);
  return ['--repair sends the missing events again, and no others', ...lines, ''].join('\n');
}

function missingTable(differences: DestinationVerification['differences']): string {
  const rows = differences
    .slice(0, SHOWN)
    .map(({ hour, event, expected, missing }) => [
      `${minuteText(hour)} ${event}`,
      ...[expected, expected - missing, missing].map(integer),
    ]);
  const more = differences.length - SHOWN;
  const text = table([['hour of the event', 'expected', 'found', 'missing'], ...rows]);
  return more > 0 ? `${text}\n… and ${integer(more)} more (see --json)` : text;
}

/** What the tables leave out: how many events of these hours are missing is not known. */
function unexaminedText(unexamined: DestinationVerification['unexamined']): string {
  const shown = unexamined.slice(0, SHOWN).map(({ hour, event }) => `- ${minuteText(hour)} ${event}`);
  const more = unexamined.length - SHOWN;
  return [
    'not in the tables, because no query was left to find what is missing in them:',
    ...shown,
    ...(more > 0 ? [`… and ${integer(more)} more (see --json)`] : []),
  ].join('\n');
}

function closing(verification: DestinationVerification): string {
  if (verification.differences.length > 0) {
    const missing = verification.differences.reduce((sum, difference) => sum + difference.missing, 0);
    return theme.bad(`${counted(missing, 'event').toUpperCase()} MISSING AT THE DESTINATION.`);
  }
  if (!hasArrived(verification)) return theme.warning('Not everything could be compared.');
  return theme.ok('Every event of these hours has arrived.');
}

function minuteText(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
