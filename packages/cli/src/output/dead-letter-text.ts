import { didYouMean } from '@sluice/core/document';
import type { DeadLetter } from '@sluice/core/state';
import { onOneLine } from '../terminal/screen-text.js';
import { theme } from '../terminal/theme.js';
import { table } from './table.js';
import { counted, indented, instantText } from './words.js';

/** Dead letters, one on a line, oldest first; and below, for each reason, since when and what the answer was. */
export function deadLetterList(letters: readonly DeadLetter[]): string {
  const isRepeated = letters.some(({ attempts }) => attempts > 1);
  const rows = letters.map(({ id, stream, key, reason, attempts }) => [
    id,
    stream,
    shortened(key),
    reason,
    ...(isRepeated ? [String(attempts)] : []),
  ]);
  const heading = ['id', 'stream', 'key', 'reason', ...(isRepeated ? ['tries'] : [])];
  const reasons = [...new Set(letters.map(({ reason }) => reason))].map((reason) =>
    reasonText(
      reason,
      letters.filter((each) => each.reason === reason),
    ),
  );
  return `${table([heading, ...rows])}\n\n${reasons.join('\n')}\n`;
}

function reasonText(reason: string, letters: readonly DeadLetter[]): string {
  const [first] = letters;
  const others = new Set(letters.map(({ detail }) => detail)).size - 1;
  const more = others > 0 ? ` (and ${counted(others, 'other answer')})` : '';
  const since = Math.min(...letters.map(({ at }) => at));
  return `${theme.bad(reason)} since ${instantText(since)}: ${indented(first?.detail ?? '').trimStart()}${more}`;
}

/** Said when none is selected, with what is probably meant by a reason that no open one has. */
export function noneSelectedText(openReasons: readonly string[], reason: string | undefined): string {
  if (openReasons.length === 0) return 'no open dead letters\n';
  if (reason === undefined || openReasons.includes(reason)) return 'no open dead letter matches\n';
  return `no open dead letter has the reason \`${reason}\`; ${didYouMean(reason, openReasons)}\n`;
}

/** One dead letter in full, of a pipeline whose dead letters have personal data or not. */
export function deadLetterText(letter: DeadLetter, personalData: 'keep' | 'omit'): string {
  const { id, stream, key, reason, detail, record, event, mapping, attempts, at } = letter;
  return [
    `dead letter ${theme.name(id)}: ${theme.bad(reason)}`,
    indented(detail),
    '',
    `stream    ${stream}`,
    `key       ${onOneLine(key)}`,
    `since     ${new Date(at).toISOString()}`,
    `attempts  ${attempts}`,
    `mapping   ${mapping}`,
    ...section(`record, as the mapping read it${personalData === 'omit' ? '; personal data is not kept' : ''}`, record),
    ...section('event', event),
    '',
  ].join('\n');
}

/** The same for programs. */
export function deadLetterAsJson(letter: DeadLetter): object {
  return { ...letter, at: new Date(letter.at).toISOString() };
}

function section(title: string, value: object | undefined): readonly string[] {
  return value === undefined ? [] : ['', theme.name(title), indented(JSON.stringify(value, null, 2))];
}

/** The table fits 80 columns with the keys that sources usually have. */
function shortened(key: string): string {
  return key.length > 36 ? `${key.slice(0, 35)}…` : key;
}
