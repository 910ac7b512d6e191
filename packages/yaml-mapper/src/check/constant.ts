import type { JsonValue } from '@sluice/core/adapter';
import type { Span, Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { invalid, type Expression } from './expression.js';
import type { ValueType } from './value-type.js';

/** A value that is taken from YAML as it is, under `const` and in an `enum`. */
export function constant(tree: Tree, problems: ProblemList): Expression {
  const value = plainValue(tree, problems);
  return value === undefined ? invalid(tree.span) : literal(value, tree.span);
}

export function literal(value: JsonValue, span: Span): Expression {
  return { kind: 'literal', value, type: typeOf(value), span };
}

function typeOf(value: JsonValue): ValueType {
  if (value === null) return { name: 'null', nullable: true };
  if (typeof value === 'number') return { name: 'number', nullable: false, literal: true };
  if (typeof value === 'string') return { name: 'text', nullable: false };
  if (typeof value === 'boolean') return { name: 'boolean', nullable: false };
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return { name: isTexts ? 'text[]' : 'json', nullable: false };
}

export function plainValue(tree: Tree, problems: ProblemList): JsonValue | undefined {
  if (tree.kind === 'scalar') {
    if (typeof tree.value !== 'number' || isExact(tree.value)) return tree.value;
    const message = 'a number must be finite and exact in 53 bits';
    problems.add('wrong-shape', tree.span, message, 'quote it to keep it as text');
    return undefined;
  }
  const children = tree.kind === 'list' ? tree.items : tree.entries.map((entry) => entry.value);
  const values: JsonValue[] = [];
  for (const child of children) {
    const value = plainValue(child, problems);
    if (value === undefined) return undefined;
    values.push(value);
  }
  if (tree.kind === 'list') return values;
  return Object.fromEntries(tree.entries.map(({ key }, index) => [key, values[index] ?? null]));
}

/** A whole number beyond 53 bits would be sent as a different one. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) > 1e20);
}
