import type { FieldRequest } from '@sluice/core/source';
import type { Expression, UrlPart } from '../check/expression.js';
import type { ValueType } from '../check/value-type.js';
import type { CodeWriter } from './code-writer.js';
import { quoteCode } from './quote-code.js';
import { decimalText, scaleDecimal } from '../functions/decimal.js';
import { encode, jsonOrNull, same, textsOrNull } from './runtime-values.js';
import { neverNull } from './never-null.js';

export interface ExpressionContext {
  readonly writer: CodeWriter;
  /** The position of a field in the row. */
  readonly positionOf: (request: FieldRequest) => number;
  /** The variable that holds another value of the event. */
  readonly eventValue: (target: Expression) => string;
}

/** JavaScript for a checked expression. Whatever is in the row, the result has the expression's type or is null. */
export function writeExpression(expression: Expression, context: ExpressionContext): string {
  const { writer } = context;
  const write = (part: Expression): string => writeExpression(part, context);
  switch (expression.kind) {
    case 'invalid':
      return 'null';
    case 'literal':
    case 'param': {
      const { value } = expression;
      return typeof value === 'object' && value !== null ? writer.capture(value) : quoteCode(value);
    }
    case 'field':
      return exactly(`row[${context.positionOf(expression.request)}]`, expression.type.name, writer);
    case 'exactly': {
      const { operand, type } = expression;
      const isField = operand.kind === 'field';
      const code = isField ? `row[${context.positionOf(operand.request)}]` : write(operand);
      return exactly(code, type.name, writer);
    }
    case 'event':
      return context.eventValue(expression.target);
    case 'item':
      return 'item';
    case 'list':
      return allOrNull(expression.items, context, (items) => `[${items.join(', ')}]`);
    case 'at':
      return allOrNull([expression.list], context, ([list]) => `(${list}[${expression.index}] ?? null)`);
    case 'unary': {
      const { operator, operand } = expression;
      if (operator === '!') return `(${write(operand)} !== true)`;
      return allOrNull([operand], context, ([value]) => `(-${value})`);
    }
    case 'binary':
      return writeBinary(expression, context);
    case 'choice':
      return `(${write(expression.test)} === true ? ${write(expression.chosen)} : ${write(expression.otherwise)})`;
    case 'guarded':
      return `(${write(expression.condition)} === true ? ${write(expression.value)} : null)`;
    case 'scale': {
      const { operand, multiply, divide } = expression;
      const scale = writer.capture(scaleDecimal);
      const scaled = (value: string) => finite(`${scale}(${value}, ${multiply}, ${divide})`, writer);
      return allOrNull([operand], context, ([value = '']) => scaled(value));
    }
    case 'call': {
      const { definition, values } = expression;
      const name = writer.capture(definition.evaluate);
      return allOrNull(values, context, (given) => `${name}(${given.join(', ')})`);
    }
    case 'enum': {
      const { operand, table, otherwise } = expression;
      const found = `${writer.capture(new Map(table))}.get(${textOf(write(operand), operand.type)})`;
      const variable = writer.variable();
      return `((${variable} = ${found}) !== undefined ? ${variable} : ${otherwise === undefined ? 'null' : write(otherwise)})`;
    }
    case 'url':
    default:
      return writeUrl(expression.parts, context);
  }
}

function writeUrl(parts: readonly UrlPart[], context: ExpressionContext): string {
  const inserted = parts.filter((part) => typeof part !== 'string');
  const values = inserted.map(({ value }) => value);
  const build = (variables: readonly string[]): string => {
    let next = 0;
    const pieces = parts.map((part) => {
      if (typeof part === 'string') return quoteCode(part);
      const variable = variables[next++] ?? 'null';
      const { type } = part.value;
      const text =
        type.name === 'number' ? `${context.writer.capture(decimalText)}(${variable})` : textOf(variable, type);
      return part.encode ? `${context.writer.capture(encode)}(${text})` : text;
    });
    return `("" + ${pieces.join(' + ')})`;
  };
  return allOrNull(values, context, build);
}

function writeBinary(
  { operator, left, right }: Expression & { readonly kind: 'binary' },
  context: ExpressionContext,
): string {
  const { writer } = context;
  if (['+', '-', '*', '/', '%'].includes(operator))
    return allOrNull([left, right], context, ([x, y]) => finite(`${x} ${operator} ${y}`, writer));
  const [a, b] = [writeExpression(left, context), writeExpression(right, context)];
  if (operator === '??') return `(${a} ?? ${b})`;
  if (operator === '&&' || operator === '||') return `(${a} === true ${operator} ${b} === true)`;
  if (operator === '==' || operator === '!=') {
    const isList = left.type.name === 'text[]' || left.type.name === 'json';
    if (isList) return `(${operator === '==' ? '' : '!'}${writer.capture(same)}(${a}, ${b}))`;
    return `(${a} ${operator}= ${b})`;
  }
  const [x, y] = [writer.variable(), writer.variable()];
  return `((${x} = ${a}) !== null && (${y} = ${b}) !== null && ${x} ${operator} ${y})`;
}

/** Null if one of the values is null, or what is built of them. Evaluates each value once, in order. */
function allOrNull(
  expressions: readonly Expression[],
  context: ExpressionContext,
  build: (codes: readonly string[]) => string,
): string {
  const tests: string[] = [];
  const given = expressions.map((expression) => {
    const code = writeExpression(expression, context);
    if (neverNull(expression)) return code;
    const variable = context.writer.variable();
    tests.push(`(${variable} = ${code}) === null`);
    return variable;
  });
  return tests.length === 0 ? build(given) : `(${tests.join(' || ')} ? null : ${build(given)})`;
}

/** The result of an operation on numbers; null for NaN and Infinity. */
function finite(code: string, writer: CodeWriter): string {
  const variable = writer.variable();
  return `((${variable} = ${code}) - ${variable} === 0 ? ${variable} : null)`;
}

/** An unchecked value, if it has exactly this type; null otherwise. */
function exactly(code: string, type: ValueType['name'], writer: CodeWriter): string {
  if (type === 'text[]') return `${writer.capture(textsOrNull)}(${code})`;
  const variable = writer.variable();
  const typeOfValue = `typeof (${variable} = ${code})`;
  if (type === 'boolean') return `(${typeOfValue} === "boolean" ? ${variable} : null)`;
  if (type === 'number' || type === 'timestamp')
    return `(${typeOfValue} === "number" && ${variable} - ${variable} === 0 ? ${variable} : null)`;
  const otherwise = type === 'json' ? `${writer.capture(jsonOrNull)}(${variable})` : 'null';
  return type === 'text' || type === 'json' ? `(${typeOfValue} === "string" ? ${variable} : ${otherwise})` : 'null';
}

function textOf(code: string, { name }: ValueType): string {
  return name === 'text' ? code : `String(${code})`;
}
