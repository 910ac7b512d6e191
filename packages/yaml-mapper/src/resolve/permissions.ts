import type { StreamSchema } from '@sluice/core/source';
import { didYouMean, entryOf, type LocatedText, type MapTree, type Span } from '@sluice/core/document';
import { parseExpression } from '../check/parse-expression.js';
import { ProblemList } from '../problems/problem-list.js';
import { PERMISSION_KEYS } from './language-keys.js';
import { readMap, readTextAt, refuseOtherKeys } from './read-tree.js';
import { AbsentFields } from '../check/absent-fields.js';
import { checkExpression } from '../check/check-expression.js';
import type { PathStep } from '../check/check-path.js';

export interface Permission {
  readonly path: readonly PathStep[];
  readonly span: Span;
  /** Why it is given. */
  readonly because: string;
  /** Whether it is written in the linted file itself, not in one that it extends. */
  readonly own: boolean;
  used: boolean;
}

/** The fields that `identity: { accepts }`, `personalData: { allows }` or `{ forbids }` names, in all layers. */
export function readPermissions(
  layers: readonly MapTree[],
  key: 'identity' | 'personalData',
  streams: readonly StreamSchema[],
  problems: ProblemList,
  listKey: 'accepts' | 'allows' | 'forbids' = key === 'identity' ? 'accepts' : 'allows',
): readonly Permission[] {
  const permissions: Permission[] = [];
  for (const layer of layers) {
    const entry = entryOf(layer, key);
    const map = entry && readMap(entry.value, `\`${key}\``, problems);
    if (map === undefined || entry === undefined) continue;
    refuseOtherKeys(map, Object.keys(PERMISSION_KEYS[key]), problems);
    const because = readTextAt(map, 'because', problems);
    if (entryOf(map, 'because') === undefined)
      problems.add('missing-key', entry.keySpan, `\`${key}\` has no reason`, 'write `because: …`');
    const list = entryOf(map, listKey);
    if (list === undefined) continue;
    if (list.value.kind !== 'list')
      problems.add('wrong-shape', list.value.span, `\`${listKey}\` must be a list of fields`);
    for (const item of list.value.kind === 'list' ? list.value.items : []) {
      const located = item.kind === 'scalar' ? item.located : undefined;
      const node = located && parseExpression(located, problems);
      if (located === undefined || node === undefined) continue;
      const path = pathIn(located, streams);
      if (path === undefined)
        problems.add(
          'unknown-field',
          item.span,
          `no stream of the source has a field \`${located.text}\``,
          didYouMean(located.text, [...new Set(streams.flatMap(({ fields }) => Object.keys(fields)))]),
        );
      else
        permissions.push({
          path,
          span: item.span,
          because: because?.name.trim() ?? '',
          own: layer === layers.at(-1),
          used: false,
        });
    }
  }
  return permissions;
}

/** Whether a permission names the field of a path, or the same keys below it. */
export function isPermitted(path: readonly PathStep[], permissions: readonly Permission[]): boolean {
  const covering = permissions.filter((permission) => permission.path.every((step, index) => step === path[index]));
  for (const permission of covering) permission.used = true;
  return covering.length > 0;
}

/** The field and the keys below it that an expression names, in the first stream that has them; undefined if none does. */
function pathIn(located: LocatedText, streams: readonly StreamSchema[]): readonly PathStep[] | undefined {
  for (const stream of streams) {
    const found = checkExpression(located, {
      stream,
      params: new Map(),
      problems: new ProblemList(),
      absent: new AbsentFields(),
    });
    if (found.kind === 'field') return [found.request.field, ...(found.request.path ?? [])];
  }
  return undefined;
}
