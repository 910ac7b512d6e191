import type { Unit } from '@sluice/core/adapter';
import type { FieldType } from '@sluice/core/source';
import type { Expression } from './expression.js';
import type { ProblemList } from '../problems/problem-list.js';
import { describeType, isScalarType, type ValueType } from './value-type.js';

export interface Wanted {
  readonly type: FieldType;
  readonly unit?: Unit | undefined;
  /** Whether the unit must match too, even if none is wanted. */
  readonly checksUnit?: boolean;
  /** What expects it, as the subject of the message. */
  readonly by: string;
  /** Instead of how to convert to the type. */
  readonly help?: string | undefined;
}

/** Checks an expression against the wanted type and narrows JSON to it. Adds at most one problem. */
export function fitType(expression: Expression, wanted: Wanted, problems: ProblemList): Expression {
  const { type, span } = expression;
  if (type.name === 'invalid' || type.name === 'null' || wanted.type === 'json') return expression;
  if (type.name === 'json' && isScalarType(wanted.type))
    return exactly(expression, { name: wanted.type, nullable: true, literal: true });
  if (type.name !== wanted.type) {
    const message = `${wanted.by} expects ${wanted.type}, got ${describeType(type)}`;
    problems.add('type-mismatch', span, message, wanted.help ?? conversionTo(wanted.type, type.name));
    return expression;
  }
  if (wanted.type === 'number' && wanted.checksUnit === true && type.unit !== wanted.unit && type.literal !== true) {
    fitUnit(expression, wanted, problems);
  }
  return expression;
}

export function exactly(operand: Expression, type: ValueType): Expression {
  return { kind: 'exactly', operand, type, span: operand.span };
}

function fitUnit({ type, span }: Expression, wanted: Wanted, problems: ProblemList): void {
  if (type.unit === undefined) {
    const help = `if it is in ${wanted.unit}, write { value: …, unit: ${wanted.unit} }`;
    problems.add('unit-missing', span, `${wanted.by} expects ${wanted.unit}, got a number without a unit`, help);
    return;
  }
  const help =
    wanted.unit === undefined
      ? 'send it under another name'
      : `write convert(…, '${wanted.unit}') if both units measure the same thing`;
  const message = `${wanted.by} expects ${wanted.unit ?? 'a number without a unit'}, got ${type.unit}`;
  problems.add('unit-mismatch', span, message, help);
}

/** How a value of one type becomes one of another, where a function takes it. */
export function conversionTo(wanted: FieldType, given: ValueType['name']): string {
  if (wanted === 'boolean') return 'write a comparison, such as `… != null`';
  if (wanted === 'text[]') return given === 'json' ? 'write list(…)' : "write split(…, ',')";
  if (wanted === 'text' && given === 'timestamp') return 'write isoTime(…) or isoDate(…)';
  if (wanted === 'text' && given === 'text[]') return "write join(…, ',') or first(…)";
  if (wanted === 'number' && given === 'timestamp') return 'write secondsBetween(…, …) for a number of seconds';
  if (wanted === 'number' && given === 'boolean') return 'write … ? 1 : 0, in quotes';
  if (wanted === 'number' && given === 'text[]') return 'write length(…)';
  if (wanted === 'timestamp' && given !== 'text' && given !== 'json')
    return 'use a field of type timestamp, or timestamp(…) of a text in ISO 8601';
  return `write ${wanted}(…)`;
}
