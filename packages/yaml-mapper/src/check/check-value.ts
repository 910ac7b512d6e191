import type { JsonValue } from '@sluice/core';
import { isUnit } from './check-call.js';
import { checkExpression } from './check-expression.js';
import { checkUrl } from './check-url.js';
import { didYouMean } from '../problems/did-you-mean.js';
import { invalid, type Expression } from './expression.js';
import { fitType } from './fit-type.js';
import { UNITS } from '@sluice/core';
import { readText, refuseOtherKeys } from '../resolve/read-tree.js';
import type { Scope } from './scope.js';
import { entryOf, type Tree } from '../yaml/yaml-tree.js';
import type { ValueType } from './value-type.js';

const DIRECTIVES = ['value', 'const', 'url', 'when', 'unit', 'doc'];

/** A value as a mapping writes it: an expression, a literal of YAML, or `{ value | const | url, when, unit, doc }`. */
export function checkValue(tree: Tree, scope: Scope): Expression {
  const { problems } = scope;
  if (tree.kind === 'list') {
    problems.add(
      'wrong-shape',
      tree.span,
      'A value is an expression, not a YAML list.',
      'Write { const: [a, b] }, or an expression in quotes: "[name, model]".',
    );
    return invalid(tree.span);
  }
  if (tree.kind === 'scalar')
    return tree.located === undefined ? constant(tree, scope) : checkExpression(tree.located, scope);
  refuseOtherKeys(tree, DIRECTIVES, problems);
  const given = tree.entries.filter(({ key }) => key === 'value' || key === 'const' || key === 'url');
  const [first, second] = given;
  if (second !== undefined)
    problems.add(
      'conflicting-directives',
      second.keySpan,
      `\`${second.key}\` beside \`${first?.key}\`: a value is given by one of them.`,
    );
  if (first === undefined) {
    problems.add('missing-key', tree.span, 'The value is missing.', 'Write one of `value`, `const` and `url`.');
    return invalid(tree.span);
  }
  const doc = entryOf(tree, 'doc');
  if (doc !== undefined) readText(doc.value, '`doc`', problems);
  const base =
    first.key === 'const'
      ? constant(first.value, scope)
      : first.key === 'value'
        ? checkValueOnly(first.value, scope)
        : url(first.value, scope);
  const value = declareUnit(base, entryOf(tree, 'unit')?.value, scope);
  const when = entryOf(tree, 'when');
  return when === undefined ? value : guard(checkCondition(when.value, scope), value);
}

/** What `{ …, doc }` says of a value. */
export function docOf(tree: Tree): { readonly doc?: string } {
  const doc = tree.kind === 'map' ? entryOf(tree, 'doc')?.value : undefined;
  return doc?.kind === 'scalar' && typeof doc.value === 'string' ? { doc: doc.value } : {};
}

export function checkCondition(tree: Tree, scope: Scope): Expression {
  const condition = fitType(checkValueOnly(tree, scope), { type: 'boolean', by: '`when`' }, scope.problems);
  const constantKinds = ['literal', 'param'];
  if (condition.type.name === 'boolean' && constantKinds.includes(condition.kind) && condition.kind === 'literal') {
    scope.problems.add('constant-condition', condition.span, 'This condition is the same for every record.');
  }
  return condition;
}

function guard(condition: Expression, value: Expression): Expression {
  return { kind: 'guarded', condition, value, type: { ...value.type, nullable: true }, span: value.span };
}

function checkValueOnly(tree: Tree, scope: Scope): Expression {
  if (tree.kind === 'scalar') return checkValue(tree, scope);
  scope.problems.add('wrong-shape', tree.span, 'An expression stands here.');
  return invalid(tree.span);
}

function url(tree: Tree, scope: Scope): Expression {
  if (tree.kind === 'scalar' && tree.located !== undefined) return checkUrl(tree.located, scope);
  scope.problems.add('wrong-shape', tree.span, 'A url is a text.', 'Quote it: { url: "{base}/path/{id}" }.');
  return invalid(tree.span);
}

function constant(tree: Tree, { problems }: Scope): Expression {
  const value = plainValue(tree);
  if (value === undefined) {
    problems.add('wrong-shape', tree.span, 'Numbers are finite, and `__proto__` is no name.');
    return invalid(tree.span);
  }
  return { kind: 'literal', value, type: typeOf(value), span: tree.span };
}

function typeOf(value: JsonValue): ValueType {
  if (value === null) return { name: 'null', nullable: true };
  if (typeof value === 'number') return { name: 'number', nullable: false, literal: true };
  if (typeof value === 'string') return { name: 'text', nullable: false };
  if (typeof value === 'boolean') return { name: 'boolean', nullable: false };
  const isTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return { name: isTexts ? 'text[]' : 'json', nullable: false };
}

function plainValue(tree: Tree): JsonValue | undefined {
  if (tree.kind === 'scalar')
    return typeof tree.value === 'number' && !Number.isFinite(tree.value) ? undefined : tree.value;
  const children = tree.kind === 'list' ? tree.items : tree.entries.map((entry) => entry.value);
  const values: JsonValue[] = [];
  for (const child of children) {
    const value = plainValue(child);
    if (value === undefined) return undefined;
    values.push(value);
  }
  if (tree.kind === 'list') return values;
  if (tree.entries.some(({ key }) => key === '__proto__')) return undefined;
  return Object.fromEntries(tree.entries.map(({ key }, index) => [key, values[index] ?? null]));
}

function declareUnit(value: Expression, tree: Tree | undefined, { problems }: Scope): Expression {
  const text = tree && readText(tree, '`unit`', problems);
  if (text === undefined || value.type.name === 'invalid') return value;
  if (!isUnit(text.name)) {
    problems.add(
      'unknown-unit',
      text.span,
      `\`${text.name}\` is not a unit.`,
      didYouMean(text.name, Object.keys(UNITS)),
    );
    return value;
  }
  const number = fitType(value, { type: 'number', by: '`unit`' }, problems);
  if (number.type.unit !== undefined && number.type.unit !== text.name) {
    problems.add(
      'unit-mismatch',
      text.span,
      `The value is in ${number.type.unit} already.`,
      `Write convert(…, '${text.name}').`,
    );
  }
  return { ...number, type: { name: number.type.name, nullable: number.type.nullable, unit: text.name } };
}
