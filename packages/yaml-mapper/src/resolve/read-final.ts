import { duration } from '@sluice/core/config';
import { didYouMean, entryOf, type Span, type Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { FINAL_KEYS } from './language-keys.js';
import { readMap } from './read-tree.js';

/** When a record is final, and how old it becomes at most before it is sent as it is. */
export interface WrittenFinal {
  readonly when: Tree;
  readonly withinMs: number;
}

const HELP = 'write final: { when: end_time != null, within: 24h }';

export function readFinal(span: Span, tree: Tree, problems: ProblemList): WrittenFinal | undefined {
  const map = readMap(tree, '`final`', problems);
  if (map === undefined) return undefined;
  const keys = Object.keys(FINAL_KEYS);
  for (const { key, keySpan } of map.entries) {
    if (keys.includes(key)) continue;
    problems.add('unknown-key', keySpan, `\`final\` has no key \`${key}\``, didYouMean(key, keys));
  }
  const [when, within] = [entryOf(map, 'when'), entryOf(map, 'within')];
  if (when === undefined || within === undefined) {
    problems.add('missing-key', span, `\`final\` requires \`${when === undefined ? 'when' : 'within'}\``, HELP);
    return undefined;
  }
  const parsed = duration().safeParse(within.value.kind === 'scalar' ? within.value.value : undefined);
  if (parsed.data === undefined || parsed.data === 0) {
    problems.add(
      'wrong-shape',
      within.value.span,
      '`within` must be a duration with its unit, and longer than 0',
      HELP,
    );
    return undefined;
  }
  return { when: when.value, withinMs: parsed.data };
}
