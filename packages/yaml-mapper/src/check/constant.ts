import type { JsonValue } from '@sluice/core/adapter';
import { ExactNumber } from '@sluice/core/source';
import type { ScalarTree, Span, Tree } from '@sluice/core/document';
import { isHeldExactly } from '../functions/decimal.js';
import type { ProblemList } from '../problems/problem-list.js';
import { invalid, type Expression } from './expression.js';
import type { ValueType } from './value-type.js';

/** A value that is taken from YAML as it is, under `const` and in an `enum`. */
export function constant(tree: Tree, problems: ProblemList, textHelp?: string): Expression {
  const value = plainValue(tree, problems, { textHelp });
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

interface PlainOptions {
  /** Whether a number that no double holds becomes an `ExactNumber`, as in the JSON of a source. */
  readonly keepsDigits?: boolean;
  /** How to write such a number as a text. */
  readonly textHelp?: string | undefined;
}

export function plainValue(tree: Tree, problems: ProblemList, options: PlainOptions = {}): JsonValue | undefined {
  const { keepsDigits = false, textHelp = 'quote it to keep it as text' } = options;
  if (tree.kind === 'scalar') {
    if (typeof tree.value !== 'number' || isExact(tree.value, tree, keepsDigits)) return tree.value;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a source delivers it inside JSON, too
    if (keepsDigits && Number.isFinite(tree.value)) return new ExactNumber(textOf(tree)) as unknown as JsonValue;
    problems.add('wrong-shape', tree.span, INEXACT, textHelp);
    return undefined;
  }
  const children = tree.kind === 'list' ? tree.items : tree.entries.map((entry) => entry.value);
  const values: JsonValue[] = [];
  for (const child of children) {
    const value = plainValue(child, problems, options);
    if (value === undefined) return undefined;
    values.push(value);
  }
  if (tree.kind === 'list') return values;
  return Object.fromEntries(tree.entries.map(({ key }, index) => [key, values[index] ?? null]));
}

/** The message for a number that would be sent as a different one. */
export const INEXACT = 'a number must be finite and exact in 53 bits';

/** A fraction that a person writes may have a nearest number. */
function isExact(value: number, tree: ScalarTree, isStrict: boolean): boolean {
  if (!Number.isFinite(value)) return false;
  const written = textOf(tree);
  if (!/^[+-]?[\d.]+(?:e[+-]?\d+)?$/iu.test(written)) return !Number.isInteger(value) || Number.isSafeInteger(value);
  return (!isStrict && !Number.isInteger(value)) || isHeldExactly(written);
}

function textOf({ span: { file, start, end } }: ScalarTree): string {
  return file.text.slice(start, end);
}
