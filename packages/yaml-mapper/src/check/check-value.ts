import { entryOf, type MapTree, type Tree } from '@sluice/core/document';
import { unitNamed } from './check-call.js';
import { checkExpression } from './check-expression.js';
import { checkEnum } from './check-enum.js';
import { CONSTANT } from './check-operator.js';
import { constant } from './constant.js';
import { checkUrl } from './check-url.js';
import type { ProblemList } from '../problems/problem-list.js';
import { invalid, isConstant, type Expression } from './expression.js';
import { fitType } from './fit-type.js';
import { readBoolean, readText, refuseOtherKeys } from '../resolve/read-tree.js';
import { GIVING_KEYS, VALUE_KEYS } from '../resolve/language-keys.js';
import type { Scope } from './scope.js';

/** Checks a value: an expression, a YAML literal, or `{ value | const | url, when, unit, doc }`. */
export function checkValue(tree: Tree, scope: Scope): Expression {
  const { problems } = scope;
  if (tree.kind === 'list') {
    problems.add(
      'wrong-shape',
      tree.span,
      'a value is an expression, not a YAML list',
      'write { const: [a, b] }, or quote the expression: "[name, model]"',
    );
    return invalid(tree.span);
  }
  if (isMissing(tree)) {
    problems.add('missing-key', tree.span, 'the value is missing', 'write an expression or `null`');
    return invalid(tree.span);
  }
  if (tree.kind === 'scalar')
    return tree.located === undefined ? constant(tree, scope.problems) : checkExpression(tree.located, scope);
  refuseOtherKeys(tree, VALUE_KEYS, problems);
  const given = tree.entries.filter(({ key }) => GIVING_KEYS.includes(key));
  const [first, second] = given;
  if (second !== undefined)
    problems.add(
      'conflicting-directives',
      second.keySpan,
      `\`${second.key}\` conflicts with \`${first?.key}\`; a value has only one of them`,
    );
  if (first === undefined) {
    problems.add('missing-key', tree.span, 'the value is missing', 'write `value`, `const` or `url`');
    return invalid(tree.span);
  }
  const doc = entryOf(tree, 'doc');
  if (doc !== undefined) readText(doc.value, '`doc`', problems);
  const base =
    first.key === 'const'
      ? constant(first.value, scope.problems)
      : first.key === 'value'
        ? checkValueOnly(first.value, scope)
        : url(first.value, scope);
  const value = declareUnit(lookUp(base, tree, scope), entryOf(tree, 'unit')?.value, scope);
  const when = entryOf(tree, 'when');
  return when === undefined ? value : guard(checkCondition(when.value, scope), value);
}

function lookUp(base: Expression, tree: MapTree, scope: Scope): Expression {
  const [table, otherwise] = [entryOf(tree, 'enum'), entryOf(tree, 'else')];
  if (table === undefined) {
    if (otherwise !== undefined)
      scope.problems.add('missing-key', otherwise.keySpan, '`else` requires `enum`', 'write … ?? … to replace null');
    return base;
  }
  if (entryOf(tree, 'value') === undefined) {
    scope.problems.add('missing-key', table.keySpan, '`enum` requires `value`', 'write { value: level, enum: { … } }');
    return invalid(tree.span);
  }
  return checkEnum(base, table.value, otherwise && checkValue(otherwise.value, scope), scope.problems);
}

/** Nothing follows the colon: YAML reads null, which nobody meant. */
function isMissing({ kind, span: { start, end } }: Tree): boolean {
  return kind === 'scalar' && start === end;
}

/** The `doc` of a value written as a map. */
export function docOf(tree: Tree): { readonly doc?: string } {
  const doc = tree.kind === 'map' ? entryOf(tree, 'doc')?.value : undefined;
  return doc?.kind === 'scalar' && typeof doc.value === 'string' ? { doc: doc.value } : {};
}

/** The `omitNull` of a value in a map. */
export function omitNullOf(tree: Tree, problems: ProblemList): boolean | undefined {
  const entry = tree.kind === 'map' ? entryOf(tree, 'omitNull') : undefined;
  return entry && readBoolean(entry.value, '`omitNull`', problems);
}

export function checkCondition(tree: Tree, scope: Scope): Expression {
  const condition = fitType(checkValueOnly(tree, scope), { type: 'boolean', by: '`when`' }, scope.problems);
  if (condition.type.name === 'boolean' && isConstant(condition))
    scope.problems.add('constant-condition', condition.span, CONSTANT);
  return condition;
}

function guard(condition: Expression, value: Expression): Expression {
  return { kind: 'guarded', condition, value, type: { ...value.type, nullable: true }, span: value.span };
}

function checkValueOnly(tree: Tree, scope: Scope): Expression {
  if (tree.kind === 'scalar') return checkValue(tree, scope);
  scope.problems.add('wrong-shape', tree.span, 'expected an expression');
  return invalid(tree.span);
}

function url(tree: Tree, scope: Scope): Expression {
  if (tree.kind === 'scalar' && tree.located !== undefined) return checkUrl(tree.located, scope);
  scope.problems.add('wrong-shape', tree.span, '`url` expects a text', 'quote it: { url: "{base}/path/{id}" }');
  return invalid(tree.span);
}

function declareUnit(value: Expression, tree: Tree | undefined, { problems }: Scope): Expression {
  const text = tree && readText(tree, '`unit`', problems);
  if (text === undefined || value.type.name === 'invalid') return value;
  const unit = unitNamed(text.name, text.span, problems);
  if (unit === undefined) return value;
  const number = fitType(value, { type: 'number', by: '`unit`' }, problems);
  if (number.type.unit !== undefined && number.type.unit !== unit) {
    problems.add(
      'unit-mismatch',
      text.span,
      `the value is already in ${number.type.unit}`,
      `write convert(…, '${unit}')`,
    );
  }
  return { ...number, type: { name: number.type.name, nullable: number.type.nullable, unit } };
}
