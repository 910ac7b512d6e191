import type { Expression as SyntaxNode } from 'acorn';
import { checkCall } from './check-call.js';
import { alike, checkBinary, joinTypes, sharedUnit } from './check-operator.js';
import { checkPath, type PathStep } from './check-path.js';
import { invalid, isConstant, type BinaryOperator, type Expression } from './expression.js';
import { fitType } from './fit-type.js';
import { foreignOperator } from '../problems/foreign-words.js';
import type { LocatedText } from '../yaml/located-text.js';
import { parseExpression } from './parse-expression.js';
import type { Scope } from './scope.js';
import type { Span } from '../yaml/source-file.js';
import { describeType } from './value-type.js';

const MAX_DEPTH = 60;
const BINARY: ReadonlySet<string> = new Set([
  '+',
  '-',
  '*',
  '/',
  '%',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '&&',
  '||',
  '??',
]);

/** Parses and checks one expression. What is wrong with it is in the scope's problems. */
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
      problems.add('expression-too-large', this.#located.span, `The expression is nested more than ${MAX_DEPTH} deep.`);
      return invalid(span);
    }
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is not listed is refused, also what JavaScript gains later
    switch (node.type) {
      case 'Literal':
        return this.#literal(node.value, span);
      case 'Identifier':
      case 'MemberExpression':
        return this.#path(node, span);
      case 'UnaryExpression': {
        if (node.operator !== '!' && node.operator !== '-')
          return this.#refuse(`The operator \`${node.operator}\``, span);
        const wanted = node.operator === '!' ? 'boolean' : 'number';
        const operand = fitType(
          this.check(node.argument, depth + 1),
          { type: wanted, by: `\`${node.operator}\`` },
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
          return this.#refuse(`The operator \`${node.operator}\``, span, foreignOperator(node.operator));
        return checkBinary(
          operator,
          [this.check(node.left, depth + 1), this.check(node.right, depth + 1)],
          span,
          problems,
        );
      }
      case 'ConditionalExpression': {
        const test = fitType(this.check(node.test, depth + 1), { type: 'boolean', by: 'The condition' }, problems);
        return this.#choice(test, this.check(node.consequent, depth + 1), this.check(node.alternate, depth + 1), span);
      }
      case 'ArrayExpression':
        return this.#list(node.elements, depth, span);
      case 'CallExpression': {
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
            'A method',
            this.#span(node.callee),
            'Functions take the value as their first argument: lower(name).',
          );
        return checkCall({ name: node.callee.name, nameSpan: this.#span(node.callee), span, values }, problems);
      }
      case 'ParenthesizedExpression':
        return this.check(node.expression, depth + 1);
      case 'AssignmentExpression':
        return this.#refuse('An assignment', span, 'Compare with `==`.');
      case 'ChainExpression':
        return this.#refuse('`?.`', span, 'Paths are null-safe already: write `.`.');
      case 'TemplateLiteral':
        return this.#refuse('A template text', span, 'Write concat(…), or { url: … } for a url.');
      default:
        return this.#refuse(`\`${this.#located.text.slice(node.start, node.end).slice(0, 40)}\``, span);
    }
  }

  #literal(value: unknown, span: Span): Expression {
    if (value === null) return { kind: 'literal', value, type: { name: 'null', nullable: true }, span };
    if (typeof value === 'string') return { kind: 'literal', value, type: { name: 'text', nullable: false }, span };
    if (typeof value === 'boolean') return { kind: 'literal', value, type: { name: 'boolean', nullable: false }, span };
    if (typeof value === 'number' && Number.isFinite(value)) return this.#number(value, span);
    return this.#refuse('This literal', span);
  }

  /** `2026-01-31` is a subtraction to JavaScript, and `010` is eight. */
  #number(value: number, span: Span): Expression {
    const written = span.file.text.slice(span.start, span.end);
    if (/^0\d/u.test(written))
      return this.#refuse('A number with a leading zero', span, "Write a date as timestamp('2026-01-31').");
    return { kind: 'literal', value, type: { name: 'number', nullable: false, literal: true }, span };
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
          'A computed part of a path',
          this.#span(property),
          "Write a text or a position: metadata['name'], tags[0].",
        );
      if (steps.length > MAX_DEPTH) return this.#refuse('A path of so many parts', span);
      at = object;
    }
    if (at.type !== 'Identifier') return this.#refuse('A part of something that is not a field', span);
    return checkPath([at.name, ...steps], span, this.#scope);
  }

  #choice(test: Expression, thenValue: Expression, otherwiseValue: Expression, span: Span): Expression {
    const [chosen, otherwise] = alike(thenValue, otherwiseValue);
    if ([test, chosen, otherwise].some(({ type }) => type.name === 'invalid')) return invalid(span);
    const comparable =
      chosen.type.name === otherwise.type.name || chosen.type.name === 'null' || otherwise.type.name === 'null';
    if (!comparable) {
      this.#scope.problems.add(
        'type-mismatch',
        span,
        `The two outcomes are ${describeType(chosen.type)} and ${describeType(otherwise.type)}; they must be of one type.`,
      );
      return invalid(span);
    }
    sharedUnit([chosen, otherwise], '?', this.#scope.problems, span);
    const never = test.kind === 'literal' ? (test.value === true ? otherwise : chosen) : undefined;
    if (never !== undefined) this.#scope.problems.add('unreachable', never.span, 'The condition never leads here.');
    else if (isConstant(test))
      this.#scope.problems.add('constant-condition', test.span, 'This condition is the same for every record.');
    return { kind: 'choice', test, chosen, otherwise, type: joinTypes(chosen.type, otherwise.type), span };
  }

  #list(
    elements: readonly (SyntaxNode | { readonly type: 'SpreadElement' } | null)[],
    depth: number,
    span: Span,
  ): Expression {
    const items: Expression[] = [];
    for (const element of elements) {
      if (element === null || element.type === 'SpreadElement') return this.#refuse('A list with gaps or `…`', span);
      const item = fitType(this.check(element, depth + 1), { type: 'text', by: 'A list' }, this.#scope.problems);
      if (item.type.name === 'invalid') return item;
      items.push(item);
    }
    return { kind: 'list', items, type: { name: 'text[]', nullable: items.some(({ type }) => type.nullable) }, span };
  }

  #refuse(what: string, span: Span, help?: string): Expression {
    this.#scope.problems.add('not-in-language', span, `${what} is not part of the mapping language.`, help);
    return invalid(span);
  }

  #span(node: { readonly start: number; readonly end: number }): Span {
    return this.#located.part(node.start, node.end);
  }
}

function isBinary(operator: string): operator is BinaryOperator {
  return BINARY.has(operator);
}
