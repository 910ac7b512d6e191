import { didYouMean, type MapTree, type Span, type Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';

/** More events, fragments or names to remove than any mapping has. */
const MAX_ITEMS = 300;

export interface NamedSpan {
  readonly name: string;
  readonly span: Span;
}

export function readMap(tree: Tree, what: string, problems: ProblemList): MapTree | undefined {
  if (tree.kind === 'map') return tree;
  problems.add('wrong-shape', tree.span, `${what} must be a map of names and values`);
  return undefined;
}

export function readText(tree: Tree, what: string, problems: ProblemList): NamedSpan | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'string' && tree.value.trim() !== '')
    return { name: tree.value, span: tree.span };
  problems.add('wrong-shape', tree.span, `${what} must be a text`, 'quote it if YAML reads it as another type');
  return undefined;
}

export function readBoolean(tree: Tree, what: string, problems: ProblemList): boolean | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return tree.value;
  problems.add('wrong-shape', tree.span, `${what} must be true or false`);
  return undefined;
}

export function readTexts(tree: Tree, what: string, problems: ProblemList): readonly NamedSpan[] {
  if (tree.kind === 'list' && tree.items.length > MAX_ITEMS) {
    problems.add('file-too-large', tree.span, `${what} has more than ${MAX_ITEMS} items`);
    return [];
  }
  if (tree.kind === 'list') return tree.items.flatMap((item) => readText(item, `an item of ${what}`, problems) ?? []);
  problems.add('wrong-shape', tree.span, `${what} must be a list: [a, b]`);
  return [];
}

export function refuseOtherKeys(tree: MapTree, known: readonly string[], problems: ProblemList): void {
  for (const { key, keySpan } of tree.entries) {
    if (!known.includes(key)) problems.add('unknown-key', keySpan, `unknown key \`${key}\``, didYouMean(key, known));
  }
}
