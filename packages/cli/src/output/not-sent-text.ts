import type { Preview } from '@sluice/core/engine';
import { onOneLine } from '../terminal/screen-text.js';
import { theme } from '../terminal/theme.js';
import { counted } from './words.js';

/** Why records would not be sent: each reason once, with how many there are and the key of the first. */
export function notSentText(notSent: Preview['notSent']): string {
  const groups = new Map<string, Preview['notSent'][number][]>();
  for (const each of notSent) {
    const name = `${each.stream} ${each.reason}`;
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return [...groups.values()]
    .map((group) => {
      const [first] = group;
      if (first === undefined) return '';
      const { stream, key, reason } = first;
      const which =
        group.length === 1 ? onOneLine(key) : `${counted(group.length, 'record')}, such as ${onOneLine(key)}`;
      return `${theme.warning('not sent:')} ${stream} ${which}: ${reason.replaceAll('\n', '\n  ')}\n`;
    })
    .join('');
}
