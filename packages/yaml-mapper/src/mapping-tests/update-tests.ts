import { isMap, isScalar, isSeq, Pair, parseDocument, Scalar, type Document, type Node, type YAMLMap } from 'yaml';
import type { JsonValue } from '@sluice/core/adapter';
import { isJsonList, isJsonObject } from '../json-kind.js';
import { coveredValue } from './covered-value.js';
import { plainEvents, type TestResult } from './judge-result.js';
import { leafEdits, withEdits } from './leaf-edits.js';
import { pairText } from './pair-text.js';
import { EXPECTATION_KEYS } from './test-keys.js';

/** The new expectation of a test. */
interface NewExpectation {
  /** The index of the test in `tests`. */
  readonly index: number;
  readonly key: string;
  readonly value: JsonValue;
}

/** The expectation that makes a failed test pass. It covers what the test covered before. */
export function newExpectation({ test, result }: TestResult): NewExpectation {
  const { index, expectation } = test;
  if (result.kind === 'filtered') {
    const isNamed = expectation?.kind === 'filtered' && expectation.rule !== undefined;
    return { index, key: 'filtered', value: isNamed ? result.rule : true };
  }
  if (result.kind === 'failed') {
    const isNamed = expectation?.kind === 'failed' && expectation.reason !== undefined;
    return { index, key: 'error', value: isNamed ? result.reason : true };
  }
  const events = plainEvents(result);
  if (expectation?.kind !== 'events') return { index, key: 'expect', value: events };
  const { exact, events: expected } = expectation;
  return { index, key: exact ? 'exactly' : 'expect', value: coveredValue(expected, events, exact) ?? null };
}

/**
 * The text of a file with new expectations in its tests. In an expectation, what stays the same keeps its comments and
 * its form; every other byte of the file is kept.
 */
export function updateTests(text: string, expectations: readonly NewExpectation[]): string {
  const document = parseDocument(text);
  let updated = text;
  const ordered = expectations.toSorted((a, b) => b.index - a.index);
  for (const { index, key, value } of ordered) {
    const test = document.getIn(['tests', index]);
    if (!isMap<Scalar, Node | null>(test)) continue;
    updated = rewrite(updated, document, test, key, value);
  }
  return updated;
}

function rewrite(
  text: string,
  document: Document.Parsed,
  test: YAMLMap<Scalar, Node | null>,
  key: string,
  value: JsonValue,
): string {
  const existing = test.items.find((pair) => EXPECTATION_KEYS.includes(String(pair.key.value)));
  const last = test.items.at(-1);
  const start = existing?.key.range?.[0] ?? test.items[0]?.key.range?.[0] ?? 0;
  const column = start - (text.lastIndexOf('\n', start - 1) + 1);
  const node = existing?.value ?? null;
  const isSameKey = existing?.key.value === key;
  const singleQuote = prefersSingleQuotes(text);
  const edits = isSameKey ? leafEdits(node, value, test.flow === true, singleQuote) : undefined;
  if (edits !== undefined) return withEdits(text, edits);
  const isSame = isSameKey && isNodeFor(node, value);
  const changed = isSame ? assign(document, node, value) : document.createNode(value);
  const pair = new Pair(new Scalar(key), changed);
  const lines = pairText(pair, test.flow === true, singleQuote);
  if (existing === undefined) {
    const end = last?.value?.range?.[1] ?? last?.key.range?.[1] ?? start;
    const at = endOf(text, end, test.flow === true);
    const separator = test.flow === true ? ', ' : `\n${' '.repeat(column)}`;
    return text.slice(0, at) + separator + indented(lines, column) + text.slice(at);
  }
  const end = existing.value?.range?.[test.flow === true ? 1 : 2] ?? existing.key.range?.[1] ?? start;
  return text.slice(0, start) + indented(lines, column) + trailing(text.slice(start, end)) + text.slice(end);
}

/** Where a key can be added after a value: in a block, after the comment on the same line. */
function endOf(text: string, end: number, flow: boolean): number {
  const at = end - trailing(text.slice(0, end)).length;
  return flow ? at : at + (/^[ \t]*#.*/u.exec(text.slice(at))?.[0].length ?? 0);
}

/** The white space at the end, which belongs to what follows. */
function trailing(text: string): string {
  return /\s*$/u.exec(text)?.[0] ?? '';
}

function prefersSingleQuotes(text: string): boolean {
  return text.split("'").length >= text.split('"').length;
}

function indented(text: string, column: number): string {
  return text.replaceAll(/\n(?=.)/gu, `\n${' '.repeat(column)}`);
}

function isNodeFor(node: Node | null, value: JsonValue): boolean {
  // An empty list has no form that its items could keep.
  return (
    (isJsonList(value) && isSeq(node) && node.items.length > 0) ||
    (isJsonObject(value) && isMap(node)) ||
    isScalar(node)
  );
}

/** Turns a node into a value and keeps the parts that are already equal. */
function assign(document: Document.Parsed, node: Node | null, value: JsonValue): Node {
  if (isSeq<Node | null>(node) && isJsonList(value)) {
    node.items = value.map((item, index) => assign(document, node.items[index] ?? null, item));
    return node;
  }
  if (isMap<Scalar, Node | null>(node) && isJsonObject(value)) {
    node.items = node.items.filter((pair) => Object.hasOwn(value, String(pair.key.value)));
    for (const [name, item] of Object.entries(value)) {
      const pair = node.items.find((each) => String(each.key.value) === name);
      if (pair === undefined) node.items.push(new Pair(new Scalar(name), document.createNode(item)));
      else pair.value = assign(document, pair.value, item);
    }
    return node;
  }
  if (isScalar(node) && !isJsonList(value) && !isJsonObject(value)) {
    if (node.value === value) return node;
    const scalar = document.createNode(value);
    scalar.comment = node.comment ?? null;
    scalar.commentBefore = node.commentBefore ?? null;
    return scalar;
  }
  return document.createNode(value);
}
