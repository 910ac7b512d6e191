import { shortDuration } from '../config/short-duration.js';
import type { RepeatGroup } from './repeat-groups.js';
import { namesOf, repeatSentence } from './repeat-sentence.js';

/** Why following does not do what `revisit` promises. */
export interface RepeatProblem {
  readonly code: 'changes-not-delivered' | 'changes-count-twice';
  readonly message: string;
  readonly help: string;
}

/** What is wrong with a `revisit` for a sink: one problem for each group whose changes are lost or count twice. */
export function repeatProblems(
  sink: string,
  groups: readonly RepeatGroup[],
  revisitMs: number,
): readonly RepeatProblem[] {
  if (revisitMs === 0) return [];
  return groups.flatMap((group): readonly RepeatProblem[] => {
    const { effect, withinMs = Number.POSITIVE_INFINITY } = group;
    if (effect === 'ignore') {
      const keeps = `of ${namesOf(group)} that is sent again, ${sink} keeps the first`;
      const later = revisitMs > withinMs ? `, and after ${shortDuration(withinMs)} it counts a changed one twice` : '';
      return [
        {
          code: 'changes-not-delivered',
          message: `changes of records are not delivered: ${keeps}${later}`,
          help: HELP,
        },
      ];
    }
    if (effect === 'add') {
      return [
        {
          code: 'changes-count-twice',
          message: `changed records count twice: ${repeatSentence(sink, group)}`,
          help: HELP,
        },
      ];
    }
    if (revisitMs <= withinMs) return [];
    const within = shortDuration(withinMs);
    const message = `changed records can count twice: ${repeatSentence(sink, group)}, and \`revisit\` looks back further`;
    return [{ code: 'changes-count-twice', message, help: `set \`revisit: ${within}\`, or less` }];
  });
}

const HELP =
  'set `revisit: 0s`, and let records become final before they are sent: by a longer `settle`, or by `final: { when: …, within: 24h }` in the mapping';
