import type { LocatedText } from './located-text.js';
import type { Span } from './source-file.js';

export interface MapEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Tree;
}

export interface MapTree {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: readonly MapEntry[];
}

export interface ListTree {
  readonly kind: 'list';
  readonly span: Span;
  readonly items: readonly Tree[];
}

interface ScalarTree {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean | null;
  /** Present for texts. */
  readonly located?: LocatedText;
}

/** A YAML document with aliases expanded and every part's place: plain data, no prototype to reach. */
export type Tree = MapTree | ListTree | ScalarTree;

export function entryOf(tree: MapTree, key: string): MapEntry | undefined {
  return tree.entries.find((entry) => entry.key === key);
}
