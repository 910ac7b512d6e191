import type { FieldRequest, JsonValue, Row } from '@sluice/core';
import { hasType } from './value-check.js';
import type { BinaryOperator, Expression } from '../check/expression.js';

/** What an expression reads from while one record is mapped. */
export interface Frame {
  row: Row;
  item: string;
  /** Values of the event being built that `event.x` reads, by the expression that makes them. */
  readonly computed: Map<Expression, JsonValue>;
}

export type Evaluate = (frame: Frame) => JsonValue;

/** A closure for a checked expression. Whatever the row holds, it returns a value of the expression's type, or null. */
export function compileExpression(expression: Expression, positionOf: (request: FieldRequest) => number): Evaluate {
  const compile = (part: Expression): Evaluate => compileExpression(part, positionOf);
  switch (expression.kind) {
    case 'invalid':
      return () => null;
    case 'literal':
    case 'param': {
      const { value } = expression;
      return () => value;
    }
    case 'field': {
      const position = positionOf(expression.request);
      const { name } = expression.type;
      return ({ row }) => {
        const value = row[position];
        return value !== undefined && hasType(value, name) ? value : null;
      };
    }
    case 'event': {
      const { target } = expression;
      const evaluate = compile(target);
      return (frame) => {
        const known = frame.computed.get(target);
        if (known !== undefined) return known;
        const value = evaluate(frame);
        frame.computed.set(target, value);
        return value;
      };
    }
    case 'item':
      return ({ item }) => item;
    case 'list': {
      const items = expression.items.map(compile);
      return (frame) => {
        const values = items.map((item) => item(frame));
        return values.includes(null) ? null : values;
      };
    }
    case 'at': {
      const [list, index] = [compile(expression.list), expression.index];
      return (frame) => {
        const value = list(frame);
        return Array.isArray(value) ? at(value, index) : null;
      };
    }
    case 'unary': {
      const operand = compile(expression.operand);
      if (expression.operator === '!') return (frame) => operand(frame) !== true;
      return (frame) => {
        const value = operand(frame);
        return typeof value === 'number' ? -value : null;
      };
    }
    case 'binary':
      return binary(expression.operator, compile(expression.left), compile(expression.right));
    case 'choice': {
      const [test, then, otherwise] = [
        compile(expression.test),
        compile(expression.chosen),
        compile(expression.otherwise),
      ];
      return (frame) => (test(frame) === true ? then(frame) : otherwise(frame));
    }
    case 'guarded': {
      const [condition, value] = [compile(expression.condition), compile(expression.value)];
      return (frame) => (condition(frame) === true ? value(frame) : null);
    }
    case 'scale': {
      const { multiply, divide } = expression;
      const operand = compile(expression.operand);
      return (frame) => {
        const value = operand(frame);
        return typeof value === 'number' ? finite((value * multiply) / divide) : null;
      };
    }
    case 'exactly': {
      const operand = compile(expression.operand);
      const { name } = expression.type;
      return (frame) => {
        const value = operand(frame);
        return hasType(value, name) ? value : null;
      };
    }
    case 'call':
      return call(
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the checker held every argument against the table
        expression.definition.evaluate as (...values: JsonValue[]) => JsonValue,
        expression.values.map(compile),
      );
    case 'url':
    default: {
      const parts = expression.parts.map((part) =>
        typeof part === 'string' ? part : { evaluate: compile(part.value), encode: part.encode },
      );
      return (frame) => {
        let url = '';
        for (const part of parts) {
          if (typeof part === 'string') url += part;
          else {
            const value = part.evaluate(frame);
            if (value === null || typeof value === 'object') return null;
            const text = String(value);
            url += part.encode ? encode(text) : text;
          }
        }
        return url;
      };
    }
  }
}

function at(list: readonly JsonValue[], index: number): JsonValue {
  return list[index] ?? null;
}

function call(evaluate: (...values: JsonValue[]) => JsonValue, values: readonly Evaluate[]): Evaluate {
  const [first, second] = values;
  if (values.length === 1 && first !== undefined) {
    return (frame) => {
      const value = first(frame);
      return value === null ? null : evaluate(value);
    };
  }
  if (values.length === 2 && first !== undefined && second !== undefined) {
    return (frame) => {
      const a = first(frame);
      if (a === null) return null;
      const b = second(frame);
      return b === null ? null : evaluate(a, b);
    };
  }
  return (frame) => {
    const given: JsonValue[] = [];
    for (const value of values) {
      const one = value(frame);
      if (one === null) return null;
      given.push(one);
    }
    return evaluate(...given);
  };
}

function binary(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  switch (operator) {
    case '??':
      return (frame) => left(frame) ?? right(frame);
    case '&&':
      return (frame) => left(frame) === true && right(frame) === true;
    case '||':
      return (frame) => left(frame) === true || right(frame) === true;
    case '==':
      return (frame) => same(left(frame), right(frame));
    case '!=':
      return (frame) => !same(left(frame), right(frame));
    case '<':
      return ordered(left, right, (a, b) => a < b);
    case '<=':
      return ordered(left, right, (a, b) => a <= b);
    case '>':
      return ordered(left, right, (a, b) => a > b);
    case '>=':
      return ordered(left, right, (a, b) => a >= b);
    case '+':
      return arithmetic(left, right, (a, b) => a + b);
    case '-':
      return arithmetic(left, right, (a, b) => a - b);
    case '*':
      return arithmetic(left, right, (a, b) => a * b);
    case '/':
      return arithmetic(left, right, (a, b) => a / b);
    case '%':
    default:
      return arithmetic(left, right, (a, b) => a % b);
  }
}

function same(a: JsonValue, b: JsonValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** False when either side is null. */
function ordered(
  left: Evaluate,
  right: Evaluate,
  compare: (a: JsonValue & {}, b: JsonValue & {}) => boolean,
): Evaluate {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    return a !== null && b !== null && compare(a, b);
  };
}

function arithmetic(left: Evaluate, right: Evaluate, apply: (a: number, b: number) => number): Evaluate {
  return (frame) => {
    const a = left(frame);
    const b = right(frame);
    return typeof a === 'number' && typeof b === 'number' ? finite(apply(a, b)) : null;
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** A lone surrogate has no UTF-8: it becomes the replacement character. */
function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return encodeURIComponent(text.replaceAll(/[\uD800-\uDFFF]/gu, '\uFFFD'));
  }
}
