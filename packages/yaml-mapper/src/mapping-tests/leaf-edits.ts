import { isMap, isScalar, isSeq, Pair, Scalar, type Node } from 'yaml';
import type { JsonValue } from '@sluice/core/adapter';
import { isJsonList, isJsonObject } from '../json-kind.js';
import { pairText } from './pair-text.js';

/** A range of a text and its replacement. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The edits that turn a node into a value of the same structure; undefined if the structures differ. */
export function leafEdits(
  node: Node | null,
  value: JsonValue,
  flow: boolean,
  singleQuote: boolean,
): readonly Edit[] | undefined {
  if (isMap<Scalar, Node | null>(node) && isJsonObject(value)) {
    const names = node.items.map((pair) => String(pair.key.value));
    if (names.length !== Object.keys(value).length || names.some((name) => !Object.hasOwn(value, name)))
      return undefined;
    const inner = flow || node.flow === true;
    return all(
      node.items.map((pair, index) => leafEdits(pair.value, value[names[index] ?? ''] ?? null, inner, singleQuote)),
    );
  }
  if (isSeq<Node | null>(node) && isJsonList(value)) {
    if (node.items.length !== value.length) return undefined;
    const inner = flow || node.flow === true;
    return all(node.items.map((item, index) => leafEdits(item, value[index] ?? null, inner, singleQuote)));
  }
  if (!isScalar(node) || isJsonList(value) || isJsonObject(value)) return undefined;
  if (node.value === value) return [];
  const [start, end] = node.range ?? [0, 0];
  const isBlock = node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL;
  if (isBlock || start === end || (typeof value === 'string' && value.includes('\n'))) return undefined;
  return [{ start, end, text: pairText(new Pair('k', value), flow, singleQuote).slice('k: '.length) }];
}

function all(edits: readonly (readonly Edit[] | undefined)[]): readonly Edit[] | undefined {
  const known = edits.filter((each) => each !== undefined);
  return known.length === edits.length ? known.flat() : undefined;
}

export function withEdits(text: string, edits: readonly Edit[]): string {
  const ordered = edits.toSorted((a, b) => b.start - a.start);
  return ordered.reduce((done, { start, end, text: piece }) => done.slice(0, start) + piece + done.slice(end), text);
}
