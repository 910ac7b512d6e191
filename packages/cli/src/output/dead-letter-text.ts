import type { DeadLetter } from '@sluice/core/state';
import { indented, table } from './words.js';

/** Dead letters, one on a line, oldest first. */
export function deadLetterList(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'no open dead letters\n';
  const rows = letters.map(({ id, stream, key, reason, attempts, at }) => [
    id,
    stream,
    key.length > 60 ? `${key.slice(0, 59)}…` : key,
    reason,
    String(attempts),
    new Date(at).toISOString().slice(0, 19),
  ]);
  return `${table([['id', 'stream', 'key', 'reason', 'attempts', 'since'], ...rows])}\n`;
}

/** One dead letter in full. */
export function deadLetterText(letter: DeadLetter): string {
  const { id, stream, key, reason, detail, record, event, mapping, attempts, at } = letter;
  return [
    `dead letter ${id}: ${reason}`,
    `  ${detail}`,
    '',
    `stream    ${stream}`,
    `key       ${key}`,
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
  return value === undefined ? [] : ['', title, indented(JSON.stringify(value, null, 2))];
}
