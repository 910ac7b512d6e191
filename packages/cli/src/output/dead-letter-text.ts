import type { DeadLetter } from '@sluice/core/state';
import { integer, table } from './table.js';

/** `1 dead letter`, `2 dead letters`. */
export function deadLetterCount(count: number): string {
  return `${integer(count)} dead ${count === 1 ? 'letter' : 'letters'}`;
}

/** Dead letters, one a line, oldest first. */
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
  return `${table([['id', 'stream', 'key', 'reason', 'attempts', 'since'], ...rows])}\n`;
}

/** One dead letter, whole. */
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

/** As programs read it: times are ISO 8601. */
export function deadLetterAsJson(letter: DeadLetter) {
  return { ...letter, at: new Date(letter.at).toISOString() };
}

function section(title: string, value: object | undefined): readonly string[] {
  return value === undefined ? [] : ['', title, indented(JSON.stringify(value, null, 2))];
}

function indented(text: string): string {
  return text.replaceAll(/^/gmu, '  ');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
