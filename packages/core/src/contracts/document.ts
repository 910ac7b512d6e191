import type { Place, Problem } from './problem.js';

/** The text of one file, without a byte order mark. */
export interface SourceFile {
  /** As an absolute path. */
  readonly path: string;
  readonly text: string;
  /** Offsets as lines and columns. */
  place(start: number, end: number): Place;
}

/** A part of a file, in UTF-16 offsets, half-open. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The text of a YAML scalar. Quotes, escapes and folding make it differ from what the file holds. */
export interface LocatedText {
  readonly text: string;
  readonly span: Span;
  /** Whether a YAML comment follows on the same line: ` #` may have been meant as part of the text. */
  readonly followedByComment: boolean;
  /** Where the file holds `text.slice(start, end)`. */
  part(start: number, end: number): Span;
}

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

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly span: Span;
  readonly value: string | number | boolean | null;
  /** Present for a text as the file holds it; absent once variables are filled in. */
  readonly located?: LocatedText;
}

/** A YAML value with aliases expanded and the place of every part. Keys are unique, and none is `__proto__`. */
export type Tree = MapTree | ListTree | ScalarTree;

/** A YAML file, read and parsed once. Immutable: configuration, registries and mapping read the same one. */
export interface Document {
  readonly file: SourceFile;
  /** Why the file could not be read, or what is wrong with it as YAML. */
  readonly problems: readonly Problem[];
  /** Absent when there are problems that leave nothing to check, and when the file is empty. */
  readonly root?: Tree;
}
