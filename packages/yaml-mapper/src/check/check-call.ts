import type { JsonValue, Unit } from '@sluice/core/adapter';
import { UNITS } from '@sluice/core/config';
import { didYouMean, type Span } from '@sluice/core/document';
import { sharedUnit } from './check-operator.js';
import { foreignFunction } from '../problems/foreign-words.js';
import { invalid, type Expression } from './expression.js';
import { conversionTo, exactly, fitType } from './fit-type.js';
import { signatureOf, type FunctionDefinition, type Parameter } from '../functions/function-definition.js';
import type { ProblemList } from '../problems/problem-list.js';
import { textToInstant } from '../functions/instant-text.js';
import { isUuid } from '../functions/uuid5.js';
import { describeParamType } from '../resolve/param-value.js';
import { describeType, isScalarType } from './value-type.js';

export interface Call {
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  readonly values: readonly Expression[];
}

/** Checks a call whose arguments have been checked. */
export function checkCall(
  call: Call,
  functions: ReadonlyMap<string, FunctionDefinition>,
  problems: ProblemList,
): Expression {
  const { name, nameSpan, span, values } = call;
  if (name === 'convert') return checkConvert(call, problems);
  const definition = functions.get(name);
  if (definition === undefined) {
    const help = foreignFunction(name) ?? didYouMean(name, [...functions.keys(), 'convert']);
    return problems.invalid('unknown-function', nameSpan, `unknown function \`${name}\``, help);
  }
  const { parameters } = definition;
  const required = parameters.filter((parameter) => parameter.optional !== true).length;
  const most = parameters.at(-1)?.rest === true ? 100 : parameters.length;
  if (values.length < required || values.length > most) {
    const message = `\`${name}\` got ${values.length} ${values.length === 1 ? 'argument' : 'arguments'}; its signature is ${signatureOf(definition)}`;
    return problems.invalid('argument-count', span, message);
  }
  const fitted = values.map((value, index) =>
    fitArgument(value, parameters[index] ?? parameters.at(-1), definition, problems),
  );
  if (fitted.some(({ type }) => type.name === 'invalid')) return invalid(span);
  const [first] = fitted;
  if (name === 'timestamp' && first?.kind === 'literal' && !isInstant(first.value)) {
    const message = 'this text is never a timestamp, so the result is always null';
    return problems.invalid('type-mismatch', first.span, message, describeParamType('timestamp'));
  }
  if (name === 'uuid5' && first?.kind === 'literal' && !(typeof first.value === 'string' && isUuid(first.value))) {
    const help = "generate a uuid once and keep it: it is part of every event's identity";
    return problems.invalid('type-mismatch', first.span, 'the namespace of `uuid5` is not a uuid', help);
  }
  const unit =
    definition.unit === 'same'
      ? sharedUnit(name === 'round' ? fitted.slice(0, 1) : fitted, name, problems, span)
      : definition.unit;
  const nullable = definition.nullable === true || fitted.some(({ type }) => type.nullable);
  return { kind: 'call', definition, values: fitted, span, type: { name: definition.result, nullable, unit } };
}

function fitArgument(
  value: Expression,
  parameter: Parameter | undefined,
  { name, result }: FunctionDefinition,
  problems: ProblemList,
): Expression {
  const { type } = value;
  if (parameter === undefined || type.name === 'null' || type.name === 'invalid') return value;
  if (parameter.types.some((accepted) => accepted === type.name)) return value;
  const [first = 'text'] = parameter.types;
  if (type.name === 'json' && isScalarType(first)) return exactly(value, { name: first, nullable: true });
  if (parameter.types.length === 1) {
    const help = result === 'timestamp' ? conversionTo(result, type.name) : undefined;
    fitType(value, { type: first, by: `\`${name}(…)\``, help }, problems);
  } else {
    const message = `\`${parameter.name}\` of \`${name}\` expects ${parameter.types.join(' or ')}, got ${describeType(type)}`;
    const converts = parameter.types.includes('number');
    problems.add('type-mismatch', value.span, message, conversionTo(converts ? result : 'text', type.name));
  }
  return invalid(value.span);
}

function checkConvert({ span, values }: Call, problems: ProblemList): Expression {
  const [operand, unit] = values;
  if (operand === undefined || unit === undefined || values.length !== 2) {
    problems.add('argument-count', span, "`convert` takes a number and a unit: convert(latency, 'ms')");
    return invalid(span);
  }
  if (unit.type.name === 'invalid') return invalid(span);
  if (unit.kind !== 'literal' || typeof unit.value !== 'string') {
    const help = "write the unit in quotes: convert(latency, 'ms')";
    return problems.invalid('unknown-unit', unit.span, '`convert` needs the name of a unit', help);
  }
  const wanted = unitNamed(unit.value, unit.span, problems);
  if (wanted === undefined) return invalid(span);
  if (operand.type.name === 'invalid') return operand;
  const from = operand.type.unit;
  if (operand.type.name !== 'number' || from === undefined) {
    const message = '`convert` needs a number with a known unit';
    return problems.invalid('unit-missing', operand.span, message, 'declare its unit: { value: …, unit: ms }');
  }
  if (UNITS[from].dimension !== UNITS[wanted].dimension) {
    const message = `${from} measures ${UNITS[from].dimension} and ${wanted} measures ${UNITS[wanted].dimension}`;
    return problems.invalid('unit-mismatch', span, message);
  }
  const grows = UNITS[from].factor >= UNITS[wanted].factor;
  const multiply = grows ? UNITS[from].factor / UNITS[wanted].factor : 1;
  const divide = grows ? 1 : UNITS[wanted].factor / UNITS[from].factor;
  return {
    kind: 'scale',
    multiply,
    divide,
    operand,
    span,
    type: { name: 'number', nullable: operand.type.nullable, unit: wanted },
  };
}

function isInstant(value: JsonValue): boolean {
  return value === null || (typeof value === 'string' && textToInstant(value) !== null);
}

/** The unit of this name; an unknown one is a problem. */
export function unitNamed(name: string, span: Span, problems: ProblemList): Unit | undefined {
  if (isUnit(name)) return name;
  problems.add('unknown-unit', span, `unknown unit \`${name}\``, didYouMean(name, Object.keys(UNITS)));
  return undefined;
}

function isUnit(text: string): text is Unit {
  return Object.hasOwn(UNITS, text);
}
