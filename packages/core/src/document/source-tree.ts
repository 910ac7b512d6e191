import type { LineCounter } from 'yaml';
import type { Place } from '../contracts/problem.js';

export type Path = readonly (string | number)[];
type Range = readonly [start: number, end: number];

/** A value of a YAML file that knows where it is written. */
export interface SourceTree {
  value: unknown;
  readonly range: Range;
  /** Where its key is written; absent for list items and the root. */
  readonly keyRange?: Range;
  readonly children: ReadonlyMap<string | number, SourceTree>;
  /** The variables that were put into the text, with their values. */
  readonly substitutions: readonly Substitution[];
}

export interface Substitution {
  readonly name: string;
  /** Undefined when there was none: the value is not what the file means. */
  readonly value: string | undefined;
  readonly isDefault: boolean;
}

/** The tree at a path, or as far as the path leads. */
export function nearest(tree: SourceTree, path: Path): { readonly tree: SourceTree; readonly found: boolean } {
  let current = tree;
  for (const key of path) {
    const child = current.children.get(key);
    if (child === undefined) return { tree: current, found: false };
    current = child;
  }
  return { tree: current, found: true };
}

/** Every tree below and including this one. */
export function* walk(tree: SourceTree): Generator<SourceTree> {
  yield tree;
  for (const child of tree.children.values()) yield* walk(child);
}

/** The plain value of a tree. */
export function plain(tree: SourceTree): unknown {
  if (Array.isArray(tree.value)) return [...tree.children.values()].map(plain);
  if (typeof tree.value !== 'object' || tree.value === null) return tree.value;
  return Object.fromEntries([...tree.children].map(([key, child]) => [key, plain(child)]));
}

/** A range of offsets as a place for people. A range over several lines ends with its first. */
export function placeOf(file: string, lines: LineCounter, [start, end]: Range): Place {
  const { line, col } = lines.linePos(start);
  const last = lines.linePos(Math.max(start, end));
  return last.line === line
    ? { file, line: line || 1, column: col || 1, endLine: line || 1, endColumn: Math.max(last.col, col + 1) || 2 }
    : { file, line, column: col, endLine: line, endColumn: col + 1 };
}
