import type { JsonValue } from '@sluice/core/adapter';
import type { FieldRequest, Row } from '@sluice/core/source';
import type { Expression } from '../check/expression.js';
import { CodeWriter } from '../compile/code-writer.js';
import { jsonToSend, uuidOrNull } from '../compile/runtime-values.js';
import { writeExpression } from '../compile/write-expression.js';
import { instantToText } from '../functions/instant-text.js';

/** The values of one event by the object path, each alone. */
export interface EventValues {
  readonly positionOf: (request: FieldRequest) => number;
  /** The expression of the event's uuid. */
  readonly uuid: Expression;
}

/** Compiles an expression to a function that returns its value as it is sent. */
export function compileValue(expression: Expression, values: EventValues): (row: Row) => JsonValue {
  const writer = new CodeWriter();
  const known = new Map<Expression, string>();
  const eventValue = (target: Expression): string => {
    const before = known.get(target);
    if (before !== undefined) return before;
    const written = writeExpression(target, context);
    const variable = writer.variable();
    writer.add(`${variable} = ${target === values.uuid ? `${writer.capture(uuidOrNull)}(${written})` : written};`);
    known.set(target, variable);
    return variable;
  };
  const context = { writer, positionOf: values.positionOf, eventValue };
  writer.add(`return ${writer.capture(sent(expression))}(${code(expression)});`);
  return writer.build<(row: Row) => JsonValue>(['row']);

  function code(part: Expression): string {
    const isWhole = part.kind === 'field' && part.type.name === 'json';
    return isWhole ? `row[${values.positionOf(part.request)}]` : writeExpression(part, context);
  }
}

function sent({ kind, type }: Expression): (value: never) => JsonValue {
  if (type.name === 'timestamp') return (value: number | null) => (value === null ? null : instantToText(value));
  return type.name === 'json' && kind !== 'literal' ? jsonToSend : (value: JsonValue) => value;
}
