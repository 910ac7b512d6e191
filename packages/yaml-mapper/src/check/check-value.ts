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
import { readBoolean, readText, readTextAt, refuseOtherKeys } from '../resolve/read-tree.js';
import { GIVING_KEYS, VALUE_KEYS } from '../resolve/language-keys.js';
import type { Scope } from './scope.js';

/** Checks a value: an expression, a YAML literal, or `{ value | const | url, when, unit, doc }`. */
export function checkValue(tree: Tree, scope: Scope): Expression {
  const { problems } = scope;
  if (tree.kind === 'list') {
    const help = 'write { const: [a, b] }, or quote the expression: "[name, model]"';
    return problems.invalid('wrong-shape', tree.span, 'a value is an expression, not a YAML list', help);
  }
  if (isMissing(tree))
    return problems.invalid('missing-key', tree.span, 'the value is missing', 'write an expression or `null`');
  if (tree.kind === 'scalar') {
    if (tree.located !== undefined) return checkExpression(tree.located, scope);
    const { file, start, end } = tree.span;
    return constant(tree, problems, `for a text, write { const: '${file.text.slice(start, end)}' }`);
  }
  refuseOtherKeys(tree, VALUE_KEYS, problems);
  const given = tree.entries.filter(({ key }) => GIVING_KEYS.includes(key));
  const [first, second] = given;
  if (second !== undefined) {
    const message = `\`${second.key}\` conflicts with \`${first?.key}\`; a value has only one of them`;
    problems.add('conflicting-directives', second.keySpan, message);
  }
  if (first === undefined) {
    problems.add('missing-key', tree.span, 'the value is missing', 'write `value`, `const` or `url`');
    return invalid(tree.span);
  }
  readTextAt(tree, 'doc', problems);
  const base =
    first.key === 'const'
      ? constant(first.value, problems)
      : first.key === 'value'
        ? checkValueOnly(first.value, scope)
        : url(first.value, scope);
  const value = declareUnit(lookUp(base, tree, scope), entryOf(tree, 'unit')?.value, scope);
  const when = entryOf(tree, 'when');
  return when === undefined ? value : guard(checkCondition(when.value, scope), value);
}

function lookUp(base: Expression, tree: MapTree, scope: Scope): Expression {
  const { problems } = scope;
  const [table, otherwise] = [entryOf(tree, 'enum'), entryOf(tree, 'else')];
  if (table === undefined) {
    if (otherwise !== undefined)
      problems.add('missing-key', otherwise.keySpan, '`else` requires `enum`', 'write … ?? … to replace null');
    return base;
  }
  if (entryOf(tree, 'value') === undefined) {
    const help = 'write { value: level, enum: { … } }';
    return problems.invalid('missing-key', table.keySpan, '`enum` requires `value`', help);
  }
  return checkEnum(base, table.value, otherwise && checkValue(otherwise.value, scope), problems);
}

/** Nothing follows the colon: YAML reads null, which nobody meant. */
function isMissing({ kind, span: { start, end } }: Tree): boolean {
  return kind === 'scalar' && start === end;
}

/** The `doc` of a value written as a map. */
export function docOf(tree: Tree): string | undefined {
  const doc = entryOf(tree, 'doc')?.value;
  return doc?.kind === 'scalar' && typeof doc.value === 'string' ? doc.value : undefined;
}

/** The `omitNull` of a value in a map. */
export function omitNullOf(tree: Tree, problems: ProblemList): boolean | undefined {
  const entry = entryOf(tree, 'omitNull');
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
  return scope.problems.invalid('wrong-shape', tree.span, 'expected an expression');
}

function url(tree: Tree, scope: Scope): Expression {
  if (tree.kind === 'scalar' && tree.located !== undefined) return checkUrl(tree.located, scope);
  const help = 'quote it: { url: "{base}/path/{id}" }';
  return scope.problems.invalid('wrong-shape', tree.span, '`url` expects a text', help);
}

function declareUnit(value: Expression, tree: Tree | undefined, { problems }: Scope): Expression {
  const text = tree && readText(tree, '`unit`', problems);
  if (text === undefined || value.type.name === 'invalid') return value;
  const unit = unitNamed(text.name, text.span, problems);
  if (unit === undefined) return value;
  const number = fitType(value, { type: 'number', by: '`unit`' }, problems);
  if (number.type.unit !== undefined && number.type.unit !== unit) {
    const message = `the value is already in ${number.type.unit}`;
    problems.add('unit-mismatch', text.span, message, `write convert(…, '${unit}')`);
  }
  return { ...number, type: { name: number.type.name, nullable: number.type.nullable, unit } };
}
