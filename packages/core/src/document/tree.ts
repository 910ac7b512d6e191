import type { Document, MapEntry, MapTree, ScalarTree, Span, Tree } from '../contracts/document.js';

export type Path = readonly (string | number)[];

/** A tree with its key. The root and the items of a list do not have one. */
export interface KeyedTree {
  readonly tree: Tree;
  readonly keySpan?: Span;
}

export function entryOf(tree: Tree, key: string): MapEntry | undefined {
  return tree.kind === 'map' ? tree.entries.find((entry) => entry.key === key) : undefined;
}

/** The tree at a path, or the last one on the way there. */
export function nearest(root: KeyedTree, path: Path): KeyedTree & { readonly found: boolean } {
  let at = root;
  for (const key of path) {
    const next = childOf(at.tree, key);
    if (next === undefined) return { ...at, found: false };
    at = next;
  }
  return { ...at, found: true };
}

function childOf(tree: Tree, key: string | number): KeyedTree | undefined {
  if (tree.kind === 'list') {
    const item = typeof key === 'number' ? tree.items[key] : undefined;
    return item && { tree: item };
  }
  const entry = entryOf(tree, String(key));
  return entry && { tree: entry.value, keySpan: entry.keySpan };
}

/** Every scalar in a tree, in the order of the file. */
export function* scalarsIn(tree: Tree): Generator<ScalarTree> {
  if (tree.kind === 'scalar') yield tree;
  else if (tree.kind === 'list') for (const item of tree.items) yield* scalarsIn(item);
  else for (const { value } of tree.entries) yield* scalarsIn(value);
}

/** The tree of a whole file. An empty file is null, as in YAML. */
export function rootOf({ root, file }: Document): Tree {
  return root ?? { kind: 'scalar', span: { file, start: 0, end: 0 }, value: null };
}

/** For options that a file leaves out. */
export function emptyMap(span: Span): MapTree {
  return { kind: 'map', span, entries: [] };
}
