import type { JsonValue } from '@sluice/core/adapter';
import type { FieldRequest } from '@sluice/core/source';
import type { Span } from '@sluice/core/document';
import type { FunctionDefinition } from '../functions/function-definition.js';
import type { ValueType } from './value-type.js';

export const BINARY_OPERATORS = ['+', '-', '*', '/', '%', '==', '!=', '<', '<=', '>', '>=', '&&', '||', '??'] as const;

export type BinaryOperator = (typeof BINARY_OPERATORS)[number];

export type UrlPart = string | { readonly value: Expression; readonly encode: boolean };

type Shape =
  | { readonly kind: 'invalid' }
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'field'; readonly request: FieldRequest }
  | { readonly kind: 'param'; readonly name: string; readonly value: JsonValue }
  | { readonly kind: 'event'; readonly field: string; readonly target: Expression }
  | { readonly kind: 'item'; readonly list: Expression }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'at'; readonly list: Expression; readonly index: number }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'choice'; readonly test: Expression; readonly chosen: Expression; readonly otherwise: Expression }
  | { readonly kind: 'call'; readonly definition: FunctionDefinition; readonly values: readonly Expression[] }
  | { readonly kind: 'scale'; readonly multiply: number; readonly divide: number; readonly operand: Expression }
  /** A JSON value of exactly this type; anything else is null. */
  | { readonly kind: 'exactly'; readonly operand: Expression }
  /** The entry for the operand's text, or `otherwise`, or null. */
  | {
      readonly kind: 'enum';
      readonly operand: Expression;
      readonly table: readonly (readonly [key: string, value: JsonValue])[];
      readonly otherwise?: Expression | undefined;
    }
  | { readonly kind: 'url'; readonly parts: readonly UrlPart[] }
  | { readonly kind: 'guarded'; readonly condition: Expression; readonly value: Expression };

/** A checked expression. `text` is how it reads, where that is not what stands at `span`. */
export type Expression = Shape & { readonly type: ValueType; readonly span: Span; readonly text?: string };

export function invalid(span: Span): Expression {
  return { kind: 'invalid', type: { name: 'invalid', nullable: false }, span };
}

export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'invalid':
    case 'literal':
    case 'field':
    case 'param':
      return [];
    case 'event':
      return [expression.target];
    case 'item':
    case 'at':
      return [expression.list];
    case 'list':
      return expression.items;
    case 'unary':
    case 'scale':
    case 'exactly':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'choice':
      return [expression.test, expression.chosen, expression.otherwise];
    case 'call':
      return expression.values;
    case 'enum':
      return expression.otherwise === undefined ? [expression.operand] : [expression.operand, expression.otherwise];
    case 'url':
      return expression.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.value]));
    case 'guarded':
    default:
      return [expression.condition, expression.value];
  }
}

/** Whether it reads no field, no parameter and no item. */
export function isConstant(expression: Expression): boolean {
  const depends = ['invalid', 'field', 'param', 'event', 'item'].includes(expression.kind);
  return !depends && childrenOf(expression).every(isConstant);
}
