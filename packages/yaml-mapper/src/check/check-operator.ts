import type { Unit } from '@sluice/core/adapter';
import { UNITS } from '@sluice/core/config';
import type { Span } from '@sluice/core/document';
import { invalid, isConstant, type BinaryOperator, type Expression } from './expression.js';
import { exactly, fitType } from './fit-type.js';
import type { ProblemList } from '../problems/problem-list.js';
import { describeType, isScalarType, type ValueType } from './value-type.js';

/** Factors between units of which one may be meant that the value does not have. */
const SUSPICIOUS: ReadonlySet<number> = new Set([60, 100, 1000, 3600, 86_400, 1_000_000, 1_000_000_000]);

const UNIT_NAMES: readonly Unit[] = ['usd', 'cents', 's', 'ms', 'min', 'h', 'd', 'tokens', 'bytes'];

/** The message of `constant-condition`. */
export const CONSTANT = 'the condition is the same for every record';

/** Checks the types and units of a binary operator whose operands have been checked. */
export function checkBinary(
  operator: BinaryOperator,
  operands: readonly [Expression, Expression],
  written: readonly [string, string],
  span: Span,
  problems: ProblemList,
): Expression {
  let [left, right] = operands;
  if (left.type.name === 'invalid' || right.type.name === 'invalid') return invalid(span);
  const result = (type: ValueType): Expression => ({ kind: 'binary', operator, left, right, span, type });
  if (operator === '&&' || operator === '||') {
    const isCondition = ({ type: { name } }: Expression) => name === 'boolean' || name === 'json' || name === 'null';
    const [index, wrong] = isCondition(left) ? [1, right] : [0, left];
    if (!isCondition(wrong)) {
      const asked = `write != null to ask whether there is a value: ${written[index]} != null`;
      const help = operator === '||' ? 'write ?? for a fallback: a ?? b' : asked;
      fitType(wrong, { type: 'boolean', by: `\`${operator}\``, help }, problems);
      return invalid(span);
    }
    left = fitType(left, { type: 'boolean', by: `\`${operator}\`` }, problems);
    right = fitType(right, { type: 'boolean', by: `\`${operator}\`` }, problems);
    for (const side of [left, right]) if (isConstant(side)) problems.add('constant-condition', side.span, CONSTANT);
    return result({ name: 'boolean', nullable: false });
  }
  if (['+', '-', '*', '/', '%'].includes(operator)) {
    const text = operator === '+' ? [left, right].find(({ type }) => type.name === 'text') : undefined;
    if (text !== undefined) {
      fitType(text, { type: 'number', by: '`+`', help: 'write concat(…) to join texts' }, problems);
      return invalid(span);
    }
    if (operator === '-' && left.type.name === 'timestamp' && right.type.name === 'timestamp') {
      const help = `write secondsBetween(${written[1]}, ${written[0]})`;
      return problems.invalid('type-mismatch', span, '`-` expects number, got timestamp', help);
    }
    warnOfFactor(operator, [left, right], written, span, problems);
    left = fitType(left, { type: 'number', by: `\`${operator}\`` }, problems);
    right = fitType(right, { type: 'number', by: `\`${operator}\`` }, problems);
    const unit = arithmeticUnit(operator, left, right, problems, span);
    const nullable = left.type.nullable || right.type.nullable || operator === '/' || operator === '%';
    return result({ name: 'number', nullable, unit });
  }
  [left, right] = narrowJson(left, right);
  if (!isComparable(left.type, right.type)) {
    const message = `\`${operator}\` cannot combine ${describeType(left.type)} and ${describeType(right.type)}`;
    const help = listHelp(operator, left, right, written) ?? 'convert one side with text(…), number(…) or timestamp(…)';
    return problems.invalid('type-mismatch', span, message, help);
  }
  sharedUnit([left, right], operator, problems, span);
  if (operator === '??') {
    const message = 'the left side of `??` is never null, so this is never used';
    problems.addIfAlways('unreachable', right.span, !left.type.nullable, message);
    return result({ ...joinTypes(left.type, right.type), nullable: right.type.nullable });
  }
  problems.addIfAlways('constant-condition', span, isSettled(left, right), CONSTANT);
  const ordered = operator !== '==' && operator !== '!=';
  if (ordered && !['number', 'text', 'timestamp'].includes(left.type.name)) {
    const message = `\`${operator}\` expects number, text or timestamp, got ${describeType(left.type)}`;
    problems.add('type-mismatch', span, message);
  }
  return result({ name: 'boolean', nullable: false });
}

/** Whether a comparison has the same result for every record. */
function isSettled(left: Expression, right: Expression): boolean {
  const isNull = (one: Expression): boolean => one.type.name === 'null';
  if (isNull(left) || isNull(right))
    return !(isNull(left) ? right : left).type.nullable || (isNull(left) && isNull(right));
  if (left.kind === 'field' && right.kind === 'field')
    return JSON.stringify(left.request) === JSON.stringify(right.request);
  return isConstant(left) && isConstant(right);
}

/** The type of a value that is one or the other. */
export function joinTypes(a: ValueType, b: ValueType): ValueType {
  const base = a.name === 'null' ? b : a;
  return {
    name: base.name,
    nullable: a.nullable || b.nullable,
    unit: a.unit ?? b.unit,
    literal: a.literal && b.literal,
  };
}

/** Whether two values have the same type, or one of them is null. */
export function isComparable(a: ValueType, b: ValueType): boolean {
  return a.name === b.name || a.name === 'null' || b.name === 'null';
}

/** If one of the two is JSON, narrows it to the type of the other. */
export function narrowJson(left: Expression, right: Expression): [Expression, Expression] {
  if (left.type.name === 'json' && isScalarType(right.type.name))
    return [exactly(left, { name: right.type.name, nullable: true, literal: true }), right];
  if (right.type.name === 'json' && isScalarType(left.type.name))
    return [left, exactly(right, { name: left.type.name, nullable: true, literal: true })];
  return [left, right];
}

/** The unit that all numbers among the values share; different units are a problem. */
export function sharedUnit(
  values: readonly Expression[],
  by: string,
  problems: ProblemList,
  span: Span,
): Unit | undefined {
  const numbers = values.filter(({ type }) => type.name === 'number' && type.literal !== true);
  const units = [...new Set(numbers.map(({ type }) => type.unit))];
  if (units.length > 1) {
    const named = units.map((unit) => unit ?? 'no unit').join(' and ');
    const [first] = units;
    const isOfOneKind = units.every((unit) => unit && first && UNITS[unit].dimension === UNITS[first].dimension);
    const help = isOfOneKind ? `convert one: convert(…, '${first}')` : 'use numbers that measure the same thing';
    problems.add('unit-mismatch', span, `\`${by}\` mixes units: ${named}`, help);
  }
  return units[0];
}

function arithmeticUnit(
  operator: string,
  left: Expression,
  right: Expression,
  problems: ProblemList,
  span: Span,
): Unit | undefined {
  if (operator === '+' || operator === '-' || operator === '%')
    return sharedUnit([left, right], operator, problems, span);
  if (operator === '*' && left.type.unit !== undefined && right.type.unit !== undefined) {
    problems.add('unit-mismatch', span, `${left.type.unit} times ${right.type.unit} is not a unit`);
  }
  if (operator === '/') return right.type.unit === undefined ? left.type.unit : undefined;
  return left.type.unit ?? right.type.unit;
}

/** `tags == 'x'` asks whether the list has the item. */
function listHelp(
  operator: string,
  left: Expression,
  right: Expression,
  written: readonly [string, string],
): string | undefined {
  if (operator !== '==' && operator !== '!=') return undefined;
  const [list, item] = left.type.name === 'text[]' ? written : [written[1], written[0]];
  if (
    ![left, right].some(({ type }) => type.name === 'text[]') ||
    ![left, right].some(({ type }) => type.name === 'text')
  )
    return undefined;
  return operator === '==' ? `write contains(${list}, ${item})` : `write !contains(${list}, ${item}), in quotes`;
}

/** A factor that converts between two units, on a value that keeps its unit: it was probably meant to change it. */
function warnOfFactor(
  operator: string,
  [left, right]: readonly [Expression, Expression],
  written: readonly [string, string],
  span: Span,
  problems: ProblemList,
): void {
  const [value, name, factor] =
    operator === '*' && left.type.unit === undefined
      ? [right, written[1], constantOf(left)]
      : [left, written[0], constantOf(right)];
  const { unit } = value.type;
  // x * 60 * 60: the part has been warned of.
  if (isScaled(value)) return;
  if (unit === undefined || factor === undefined || (operator !== '*' && operator !== '/')) return;
  const times = operator === '*' ? factor : 1 / factor;
  const { dimension, factor: size } = UNITS[unit];
  const others = UNIT_NAMES.filter((other) => UNITS[other].dimension === dimension && UNITS[other].factor !== size);
  if (others.length === 0) return;
  const meant = others.find((other) => Math.abs(size / UNITS[other].factor / times - 1) < 1e-9);
  if (meant === undefined) {
    if (!SUSPICIOUS.has(times) && !SUSPICIOUS.has(1 / times)) return;
    const help = `convert(${name}, 'UNIT') gives the value in another unit`;
    problems.add('unit-factor', span, `the result is still in ${unit}; this factor does not change the unit`, help);
    return;
  }
  const message = `the result is still in ${unit}; this factor converts to ${meant}`;
  problems.add('unit-factor', span, message, `did you mean convert(${name}, '${meant}')?`);
}

function isScaled(value: Expression): boolean {
  if (value.kind !== 'binary' || (value.operator !== '*' && value.operator !== '/')) return false;
  const factors = [value.left, value.right].map(constantOf).filter((factor) => factor !== undefined);
  return factors.some((factor) => SUSPICIOUS.has(factor) || SUSPICIOUS.has(1 / factor));
}

/** The value of a number that is written in the mapping, such as 60 * 60. */
function constantOf(expression: Expression): number | undefined {
  if (expression.kind === 'literal') return typeof expression.value === 'number' ? expression.value : undefined;
  if (expression.kind !== 'binary') return undefined;
  const [left, right] = [constantOf(expression.left), constantOf(expression.right)];
  if (left === undefined || right === undefined) return undefined;
  if (expression.operator === '*') return left * right;
  return expression.operator === '/' ? left / right : undefined;
}
