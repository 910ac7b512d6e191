import type { JsonValue } from '@sluice/core/adapter';
import type { MapEntry, MapTree, Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { readMap } from '../resolve/read-tree.js';
import { narrowJson, isComparable, joinTypes } from './check-operator.js';
import { constant } from './constant.js';
import { invalid, type Expression } from './expression.js';
import { exactly } from './fit-type.js';
import { describeType, isScalarType, type ValueType } from './value-type.js';

/** `{ value: level, enum: { DEBUG: 0, ERROR: 2 }, else: 1 }`: the entry for the value's text, or `otherwise`. */
export function checkEnum(
  given: Expression,
  tree: Tree,
  otherwise: Expression | undefined,
  problems: ProblemList,
): Expression {
  const map = readMap(tree, '`enum`', problems);
  if (map === undefined || given.type.name === 'invalid' || otherwise?.type.name === 'invalid')
    return invalid(tree.span);
  const operand = given.type.name === 'json' ? exactly(given, { name: 'text', nullable: true }) : given;
  if (!isScalarType(operand.type.name)) {
    const message = `\`enum\` expects text, number or boolean, got ${describeType(given.type)}`;
    return problems.invalid('type-mismatch', given.span, message);
  }
  if (map.entries.length === 0)
    return problems.invalid('missing-key', tree.span, '`enum` is empty', 'write enum: { FROM: to, … }');
  reportUnreachable(map, operand.type, otherwise, problems);
  const entries = readEntries(map.entries, problems);
  if (entries === undefined) return invalid(tree.span);
  const [joined, fallback] = joinFallback(entries, otherwise);
  if (fallback !== undefined && !isComparable(fallback.type, joined)) {
    const message = `\`else\` is ${describeType(fallback.type)} and \`enum\` gives ${joined.name}; they must have the same type`;
    return problems.invalid('type-mismatch', fallback.span, message);
  }
  const type = fallback === undefined ? { ...joined, nullable: true } : joinTypes(joined, fallback.type);
  const table = entries.map(({ key, value }) => [key, value] as const);
  return { kind: 'enum', operand, table, otherwise: fallback, type, span: given.span };
}

interface Entry {
  readonly key: string;
  readonly value: JsonValue;
  readonly type: ValueType;
}

function readEntries(written: readonly MapEntry[], problems: ProblemList): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  let known: ValueType = { name: 'null', nullable: false };
  for (const { key, value: tree } of written) {
    const literal = constant(tree, problems);
    if (literal.kind !== 'literal') return undefined;
    const { type, value } = literal;
    if (!isComparable(known, type)) {
      const message = `this entry is ${describeType(type)} and the entries before it are ${known.name}; they must have the same type`;
      problems.add('type-mismatch', tree.span, message, 'quote a number that is meant as text');
      return undefined;
    }
    known = joinTypes(known, type);
    entries.push({ key, value, type });
  }
  return entries;
}

function joinFallback(
  entries: readonly Entry[],
  otherwise: Expression | undefined,
): readonly [ValueType, Expression | undefined] {
  let joined: ValueType = entries[0]?.type ?? { name: 'null', nullable: true };
  for (const { type } of entries) joined = joinTypes(joined, type);
  if (otherwise === undefined || !isScalarType(joined.name)) return [joined, otherwise];
  const sample: Expression = { kind: 'literal', value: null, type: joined, span: otherwise.span };
  return [joined, narrowJson(sample, otherwise)[1]];
}

function reportUnreachable(
  map: MapTree,
  type: ValueType,
  otherwise: Expression | undefined,
  problems: ProblemList,
): void {
  const isReachable = (key: string): boolean => {
    if (type.name === 'number') return String(Number(key)) === key;
    return type.name === 'text' || key === 'true' || key === 'false';
  };
  for (const { key, keySpan } of map.entries)
    problems.addIfAlways(
      'unreachable',
      keySpan,
      !isReachable(key),
      `the value is ${describeType(type)} and never \`${key}\``,
    );
  const complete =
    type.name === 'boolean' && ['true', 'false'].every((key) => map.entries.some((one) => one.key === key));
  if (otherwise !== undefined)
    problems.addIfAlways(
      'unreachable',
      otherwise.span,
      complete && !type.nullable,
      '`enum` has an entry for every value, so `else` is never used',
    );
}
