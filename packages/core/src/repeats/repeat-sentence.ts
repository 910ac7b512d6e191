import { shortDuration } from '../config/short-duration.js';
import type { RepeatGroup } from './repeat-groups.js';

/**
 * What becomes of an event that is sent again, for people: `jsonl adds an event that was sent before: it counts again`.
 * `sink`: its type.
 */
export function repeatSentence(sink: string, group: RepeatGroup): string {
  const { effect, withinMs, where } = group;
  const event = namesOf(group);
  if (effect === 'add') return `${sink} adds ${event} that was sent before: it counts again${where ? ` ${where}` : ''}`;
  const does = effect === 'replace' ? 'replaces' : 'ignores';
  const first = effect === 'ignore' ? ': the first stays' : '';
  if (withinMs === undefined) return `${sink} ${does} ${event} that was sent before${first}`;
  const within = shortDuration(withinMs);
  return `${sink} ${does} ${event} that was sent within ${within} before${first}; one that was sent earlier counts again`;
}

/** `an event`, or ``an event `a`, `b` or `c` ``. */
export function namesOf({ events }: RepeatGroup): string {
  if (events === undefined) return 'an event';
  const names = events.map((name) => `\`${name}\``);
  const last = names.slice(-1).join('');
  return names.length < 2 ? `an event ${last}` : `an event ${names.slice(0, -1).join(', ')} or ${last}`;
}
