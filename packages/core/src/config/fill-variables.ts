import type { ScalarTree, Span, Tree } from '../contracts/document.js';
import type { ProblemList } from '../document/problem-list.js';
import { placeOf } from '../document/source-file.js';
import { scalarsIn, type Path } from '../document/tree.js';
import type { PipelineFileCode } from './config-codes.js';
import { substitute, type Substitution, type SubstitutionContext } from './substitute.js';

/** A tree with the variables filled in. Parts without variables are those of the file itself. */
export interface FilledTree {
  readonly tree: Tree;
  /** The variables of each scalar that has some. */
  readonly substitutions: ReadonlyMap<Tree, readonly Substitution[]>;
}

/** Fills in the variables, except in what `isVerbatim` names. */
export function fillVariables(
  root: Tree,
  isVerbatim: (path: Path) => boolean,
  context: SubstitutionContext,
  problems: ProblemList<PipelineFileCode>,
): FilledTree {
  const substitutions = new Map<Tree, readonly Substitution[]>();
  const fill = (tree: Tree, path: Path): Tree => {
    if (isVerbatim(path)) return tree;
    if (tree.kind === 'list') return { ...tree, items: tree.items.map((item, index) => fill(item, [...path, index])) };
    if (tree.kind === 'map') {
      const entries = tree.entries.map((entry) => ({ ...entry, value: fill(entry.value, [...path, entry.key]) }));
      return { ...tree, entries };
    }
    return fillScalar(tree);
  };
  const fillScalar = (scalar: ScalarTree): Tree => {
    if (typeof scalar.value !== 'string' || !scalar.value.includes('$')) return scalar;
    const { text, substitutions: found, failures } = substitute(scalar.value, scalar.span, context);
    for (const { code, message, help } of failures) problems.addAt(code, placeOf(scalar.span), message, help);
    const filled: Tree = { kind: 'scalar', span: scalar.span, value: text };
    if (found.length > 0) substitutions.set(filled, found);
    return filled;
  };
  return { tree: fill(root, []), substitutions };
}

/** The variables in a part of a filled tree. */
export function substitutionsIn(tree: Tree, { substitutions }: FilledTree): readonly Substitution[] {
  return [...scalarsIn(tree)].flatMap((scalar) => substitutions.get(scalar) ?? []);
}

/** Where a text is written in a file of the configuration; undefined if a part of it comes from elsewhere. */
export function placeInClear(scalar: Tree, { substitutions }: FilledTree): Span | undefined {
  const found = substitutions.get(scalar) ?? [];
  return found.every(({ writtenAt }) => writtenAt !== undefined) ? (found[0]?.writtenAt ?? scalar.span) : undefined;
}

/** Whether a variable in the part has no value. */
export function isUnresolved(tree: Tree, filled: FilledTree): boolean {
  return substitutionsIn(tree, filled).some(({ value }) => value === undefined);
}
