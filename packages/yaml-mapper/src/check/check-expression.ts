import type { Expression as SyntaxNode } from 'acorn';
import { hasHalfCharacter, type LocatedText, type Span } from '@sluice/core/document';
import { checkCall } from './check-call.js';
import { narrowJson, checkBinary, CONSTANT, isComparable, joinTypes, sharedUnit } from './check-operator.js';
import { checkPath, partWithHyphen, type PathStep } from './check-path.js';
import { BINARY_OPERATORS, invalid, isConstant, type BinaryOperator, type Expression } from './expression.js';
import { fitType } from './fit-type.js';
import { foreignMethod, foreignOperator } from '../problems/foreign-words.js';
import { INEXACT, literal } from './constant.js';
import { FUNCTIONS } from '../functions/functions.js';
import { isHeldExactly } from '../functions/decimal.js';
import { parseExpression } from './parse-expression.js';
import type { Scope } from './scope.js';
import { describeType } from './value-type.js';

const MAX_DEPTH = 60;

/** Parses and checks one expression. Its problems are added to the scope's list. */
export function checkExpression(located: LocatedText, scope: Scope): Expression {
  const node = parseExpression(located, scope.problems);
  return node === undefined ? invalid(located.span) : new Checker(located, scope).check(node, 0);
}

class Checker {
  readonly #located: LocatedText;
  readonly #scope: Scope;

  constructor(located: LocatedText, scope: Scope) {
    this.#located = located;
    this.#scope = scope;
  }

  check(node: SyntaxNode, depth: number): Expression {
    const span = this.#span(node);
    const { problems } = this.#scope;
    if (depth > MAX_DEPTH) {
      const message = `the expression is nested more than ${MAX_DEPTH} levels deep`;
      return problems.invalid('expression-too-large', this.#located.span, message);
    }
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is not listed is refused, including later additions to JavaScript
    switch (node.type) {
      case 'Literal':
        return this.#literal(node.value, node.raw ?? '', span);
      case 'Identifier':
      case 'MemberExpression':
        return this.#path(node, span);
      case 'UnaryExpression': {
        if (node.operator !== '!' && node.operator !== '-') {
          const help = node.operator === 'typeof' ? 'types are known: ask for a value with `name != null`' : undefined;
          return this.#refuse(`the operator \`${node.operator}\``, span, help);
        }
        const wanted = node.operator === '!' ? 'boolean' : 'number';
        const operand = fitType(
          this.check(node.argument, depth + 1),
          {
            type: wanted,
            by: `\`${node.operator}\``,
            help: wanted === 'boolean' ? `write ${this.#text(node.argument)} == null` : undefined,
          },
          problems,
        );
        if (operand.type.name === 'invalid') return operand;
        const type = wanted === 'boolean' ? ({ name: 'boolean', nullable: false } as const) : operand.type;
        return { kind: 'unary', operator: node.operator, operand, type, span };
      }
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const operator = node.operator.replace(/^([=!]=)=$/u, '$1');
        if (!isBinary(operator) || node.left.type === 'PrivateIdentifier')
          return this.#refuse(`the operator \`${node.operator}\``, span, foreignOperator(node.operator));
        const part = operator === '-' ? partWithHyphen(this.#text(node), this.#scope) : undefined;
        if (part !== undefined)
          return problems.invalid('unknown-field', span, '`-` is a subtraction, not a part of a name', `write ${part}`);
        const operands = [this.check(node.left, depth + 1), this.check(node.right, depth + 1)] as const;
        if (operator === '==' || operator === '!=') this.#noteComparison(operands);
        return checkBinary(operator, operands, [this.#text(node.left), this.#text(node.right)], span, problems);
      }
      case 'ConditionalExpression': {
        const test = fitType(this.check(node.test, depth + 1), { type: 'boolean', by: 'the condition' }, problems);
        return this.#choice(test, this.check(node.consequent, depth + 1), this.check(node.alternate, depth + 1), span);
      }
      case 'ArrayExpression':
        return this.#list(node.elements, depth, span);
      case 'CallExpression': {
        if (node.callee.type === 'MemberExpression') return this.#method(node.callee, node.arguments.length > 0);
        const values: Expression[] = [];
        for (const argument of node.arguments) {
          values.push(
            argument.type === 'SpreadElement'
              ? this.#refuse('`…`', this.#span(argument))
              : this.check(argument, depth + 1),
          );
        }
        if (node.callee.type !== 'Identifier' || node.optional)
          return this.#refuse(
            'a method',
            this.#span(node.callee),
            'functions take the value as their first argument: lower(name)',
          );
        return checkCall(
          { name: node.callee.name, nameSpan: this.#span(node.callee), span, values },
          this.#scope.functions ?? FUNCTIONS,
          problems,
        );
      }
      case 'ParenthesizedExpression':
        return this.check(node.expression, depth + 1);
      case 'AssignmentExpression':
        return this.#refuse('an assignment', span, 'compare with `==`');
      case 'ChainExpression':
        return this.#refuse('`?.`', span, 'paths are already null-safe: write `.`');
      case 'NewExpression':
        return this.#refuse('`new`', span, 'write timestamp(…)');
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
        return this.#refuse('a function of your own', span, "use a function of the list, such as contains(tags, 'x')");
      case 'ObjectExpression':
        return this.#refuse('a value in braces', span, 'write a field without braces: name');
      case 'TemplateLiteral':
        return this.#refuse('a template literal', span, 'write concat(…), or { url: … } for a url');
      default:
        return this.#refuse(`\`${this.#located.text.slice(node.start, node.end).slice(0, 40)}\``, span);
    }
  }

  #noteComparison(operands: readonly [Expression, Expression]): void {
    const field = operands.find(({ kind }) => kind === 'field');
    if (field?.kind === 'field' && operands.some(({ type }) => type.name === 'null'))
      this.#scope.absent.comparedWithNull(field.request.field);
  }

  #method(callee: SyntaxNode & { readonly type: 'MemberExpression' }, hasArguments: boolean): Expression {
    const name = callee.property.type === 'Identifier' && !callee.computed ? callee.property.name : '';
    const help =
      callee.object.type === 'Super' ? undefined : foreignMethod(this.#text(callee.object), name, hasArguments);
    const usual = 'functions take the value as their first argument: lower(name)';
    return this.#refuse('a method', this.#span(callee), help ?? usual);
  }

  #text(node: { readonly start: number; readonly end: number }): string {
    return this.#located.text.slice(node.start, Math.min(node.end, node.start + 60));
  }

  #literal(value: unknown, raw: string, span: Span): Expression {
    // `2026-01-31` is a subtraction to JavaScript, and `010` is eight.
    if (typeof value === 'number' && /^0\d/u.test(raw))
      return this.#refuse('a number with a leading zero', span, "write a date as timestamp('2026-01-31')");
    if (typeof value === 'number' && Number.isInteger(value) && !/^0[box]/iu.test(raw) && !isHeldExactly(raw))
      return this.#scope.problems.invalid('wrong-shape', span, INEXACT, `compare it as text: text(…) == '${raw}'`);
    if (typeof value === 'string' && hasHalfCharacter(value))
      return this.#scope.problems.invalid('not-unicode', span, 'an escape stands for half of a character');
    const isLiteral = value === null || typeof value === 'string' || typeof value === 'boolean';
    if (isLiteral || (typeof value === 'number' && Number.isFinite(value))) return literal(value, span);
    return this.#refuse('this literal', span);
  }

  #path(node: SyntaxNode, span: Span): Expression {
    const steps: PathStep[] = [];
    let at: SyntaxNode = node;
    while (at.type === 'MemberExpression') {
      const { property, object } = at;
      if (object.type === 'Super') return this.#refuse('`super`', span);
      if (!at.computed && property.type === 'Identifier') steps.unshift(property.name);
      else if (property.type === 'Literal' && typeof property.value === 'string') steps.unshift(property.value);
      else if (property.type === 'Literal' && typeof property.value === 'number' && Number.isInteger(property.value))
        steps.unshift(property.value);
      else
        return this.#refuse(
          'a computed path',
          this.#span(property),
          "write a text or an index: metadata['name'], tags[0]",
        );
      if (steps.length > MAX_DEPTH) return this.#refuse('a path this long', span);
      at = object;
    }
    if (at.type !== 'Identifier') return this.#refuse('a part of anything but a field', span);
    return checkPath([at.name, ...steps], span, this.#scope);
  }

  #choice(test: Expression, thenValue: Expression, otherwiseValue: Expression, span: Span): Expression {
    const [chosen, otherwise] = narrowJson(thenValue, otherwiseValue);
    if ([test, chosen, otherwise].some(({ type }) => type.name === 'invalid')) return invalid(span);
    if (!isComparable(chosen.type, otherwise.type)) {
      const message = `the two outcomes are ${describeType(chosen.type)} and ${describeType(otherwise.type)}; they must have the same type`;
      return this.#scope.problems.invalid('type-mismatch', span, message);
    }
    sharedUnit([chosen, otherwise], '?', this.#scope.problems, span);
    const never = test.kind === 'literal' ? (test.value === true ? otherwise : chosen) : undefined;
    if (never !== undefined)
      this.#scope.problems.add('unreachable', never.span, 'the condition never selects this value');
    else if (isConstant(test)) this.#scope.problems.add('constant-condition', test.span, CONSTANT);
    return { kind: 'choice', test, chosen, otherwise, type: joinTypes(chosen.type, otherwise.type), span };
  }

  #list(
    elements: readonly (SyntaxNode | { readonly type: 'SpreadElement' } | null)[],
    depth: number,
    span: Span,
  ): Expression {
    const items: Expression[] = [];
    for (const element of elements) {
      if (element === null || element.type === 'SpreadElement') return this.#refuse('a list with gaps or `…`', span);
      const item = fitType(this.check(element, depth + 1), { type: 'text', by: 'a list' }, this.#scope.problems);
      if (item.type.name === 'invalid') return item;
      items.push(item);
    }
    return { kind: 'list', items, type: { name: 'text[]', nullable: items.some(({ type }) => type.nullable) }, span };
  }

  #refuse(what: string, span: Span, help?: string): Expression {
    return this.#scope.problems.invalid('not-in-language', span, `${what} is not part of the mapping language`, help);
  }

  #span(node: { readonly start: number; readonly end: number }): Span {
    return this.#located.part(node.start, node.end);
  }
}

function isBinary(operator: string): operator is BinaryOperator {
  return BINARY_OPERATORS.some((known) => known === operator);
}
