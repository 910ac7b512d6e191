import type { DeadLetter } from '@sluice/core/state';
import { onOneLine } from '../terminal/screen-text.js';
import { theme } from '../terminal/theme.js';
import { table } from './table.js';
import { counted, indented } from './words.js';

/** Dead letters, one on a line, oldest first. */
export function deadLetterList(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'no open dead letters\n';
  const rows = letters.map(({ id, stream, key, reason, attempts, at }) => [
    id,
    stream,
    shortened(key),
    reason,
    String(attempts),
    new Date(at).toISOString().slice(0, 19),
  ]);
  const reasons = [...new Set(letters.map(({ reason }) => reason))].map((reason) => {
    const details = letters.filter((each) => each.reason === reason).map(({ detail }) => detail);
    const others = new Set(details).size - 1;
    return `${theme.bad(reason)}: ${indented(details[0] ?? '').trimStart()}${others > 0 ? ` (and ${counted(others, 'other answer')})` : ''}`;
  });
  return `${table([['id', 'stream', 'key', 'reason', 'attempts', 'since'], ...rows])}\n\n${reasons.join('\n')}\n`;
}

/** One dead letter in full. */
export function deadLetterText(letter: DeadLetter): string {
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
    ...section('record, as the mapping read it', record),
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
