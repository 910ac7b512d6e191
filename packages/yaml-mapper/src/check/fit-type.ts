import type { FieldType, Unit } from '@sluice/core';
import type { Expression } from './expression.js';
import type { ProblemList } from '../problems/problem-list.js';
import { describeType, isScalarType, type ValueType } from './value-type.js';

export interface Wanted {
  readonly type: FieldType;
  readonly unit?: Unit | undefined;
  /** Whether a unit, or having none, matters here. */
  readonly checksUnit?: boolean;
  /** Who wants it, for the message: `langfuse_latency`. */
  readonly by: string;
}

/** Holds an expression against what is wanted, and narrows JSON to it. Says at most one problem. */
export function fitType(expression: Expression, wanted: Wanted, problems: ProblemList): Expression {
  const { type, span } = expression;
  if (type.name === 'invalid' || type.name === 'null' || wanted.type === 'json') return expression;
  if (type.name === 'json' && isScalarType(wanted.type))
    return exactly(expression, { name: wanted.type, nullable: true, literal: true });
  if (type.name !== wanted.type) {
    problems.add(
      'type-mismatch',
      span,
      `${wanted.by} wants ${wanted.type}; this is ${describeType(type)}.`,
      conversionTo(wanted.type),
    );
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
    problems.add(
      'unit-missing',
      span,
      `${wanted.by} is read in ${wanted.unit}; this number has no unit.`,
      `If it is in ${wanted.unit}, write { value: …, unit: ${wanted.unit} }.`,
    );
    return;
  }
  const help =
    wanted.unit === undefined
      ? 'Send it under another name.'
      : `Write convert(…, '${wanted.unit}') if the units measure the same thing.`;
  problems.add(
    'unit-mismatch',
    span,
    `${wanted.by} is read ${wanted.unit === undefined ? 'without a unit' : `in ${wanted.unit}`}; this is in ${type.unit}.`,
    help,
  );
}

function conversionTo(type: FieldType): string {
  if (type === 'text') return "Write text(…), isoTime(…) or join(…, ',').";
  if (type === 'boolean') return 'Write a comparison, such as `… != null`.';
  if (type === 'text[]') return "Write list(…) or split(…, ',').";
  return `Write ${type}(…).`;
}
