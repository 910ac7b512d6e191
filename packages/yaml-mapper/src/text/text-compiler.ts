import type { JsonValue } from '@sluice/core/adapter';
import type { TextOutput, WriteValue } from '@sluice/core/text';
import { childrenOf, type Expression, type UrlPart } from '../check/expression.js';
import { decimalText } from '../functions/decimal.js';
import { isUuid } from '../functions/uuid5.js';
import { byRow } from './by-row.js';
import { compileValue, type EventValues } from './event-values.js';
import {
  booleanField,
  booleanTest,
  jsonBooleanField,
  jsonField,
  jsonTextField,
  listField,
  numberField,
  textField,
  timestampField,
} from './field-text.js';
import { FALSE_WORD, TRUE_WORD } from './json-text.js';
import { quoted, together } from './join-text.js';
import { readsEvent } from './fields-read.js';
import { RecordRow } from './record-row.js';
import { Scratch } from './scratch.js';
import { JSON_FORM, PLAIN_FORM, URL_FORM, type TextForm } from './text-form.js';
import { always, choose, either, writeNull, type TestValue } from './test-value.js';
import { onceForRecord, uuid5Of, uuidOf } from './uuid-text.js';

const jsonText = (value: JsonValue): string => JSON.stringify(value);

/**
 * Compiles expressions to what writes their values from a page's text. An expression that it does not know is evaluated
 * by the object path, for this value alone.
 */
export class TextCompiler {
  readonly #values: EventValues;
  readonly #rows = new RecordRow();
  readonly #uuid: WriteValue;

  constructor(values: EventValues) {
    this.#values = values;
    const { uuid } = values;
    const isOne = uuid.kind === 'call' && uuid.definition.name === 'uuid5';
    const text = this.#ownText(uuid, PLAIN_FORM);
    this.#uuid = onceForRecord(isOne ? text : uuidOf(text));
  }

  /** Writes the value as JSON. */
  value(expression: Expression): WriteValue {
    const { kind, type } = expression;
    if (isConstant(expression)) return this.#constant(expression, jsonText);
    if (expression === this.#values.uuid) return quoted(this.#uuid);
    const unknown = (): WriteValue =>
      byRow(
        this.#rows,
        () => compileValue(expression, this.#values),
        (value, output) => output.write(jsonText(value)),
      );
    if (kind === 'event') return this.#isSimple(expression.target) ? this.value(expression.target) : unknown();
    if (type.name === 'text') return quoted(this.text(expression, JSON_FORM));
    if (kind === 'field') {
      const column = this.#values.positionOf(expression.request);
      if (type.name === 'number') return numberField(column, String);
      if (type.name === 'boolean') return booleanField(column);
      if (type.name === 'timestamp') return timestampField(column, unknown());
      return type.name === 'text[]' ? listField(column, unknown()) : jsonField(column, unknown());
    }
    if (kind === 'exactly' && type.name === 'boolean' && expression.operand.kind === 'field')
      return jsonBooleanField(this.#values.positionOf(expression.operand.request), unknown());
    // A number of JSON that no double holds is null only when it is sent.
    if (type.name === 'json') return unknown();
    const chosen = this.#chosen(expression, (part) => this.value(part));
    if (chosen !== undefined) return chosen;
    const test = this.#ownTest(expression);
    return test === undefined ? unknown() : choose(test, always(TRUE_WORD), always(FALSE_WORD));
  }

  /** Writes the value of an expression of type `text`, without quotes. */
  text(expression: Expression, form: TextForm): WriteValue {
    if (isConstant(expression)) return this.#constant(expression, (value) => form.of(textOf(value)));
    if (expression === this.#values.uuid) return this.#uuid;
    return this.#ownText(expression, form);
  }

  #ownText(expression: Expression, form: TextForm): WriteValue {
    const unknown = (): WriteValue =>
      byRow(
        this.#rows,
        () => compileValue(expression, this.#values),
        (value, output) => output.write(form.of(textOf(value))),
      );
    const { kind } = expression;
    if (kind === 'event') return this.#isSimple(expression.target) ? this.text(expression.target, form) : unknown();
    if (kind === 'field') return textField(this.#values.positionOf(expression.request), form);
    if (kind === 'exactly' && expression.operand.kind === 'field')
      return jsonTextField(this.#values.positionOf(expression.operand.request), form, unknown());
    if (kind === 'call') return this.#call(expression, form) ?? unknown();
    // In a url, what is encoded already would have to be encoded again.
    if (kind === 'url' && form !== URL_FORM) return together(expression.parts.map((part) => this.#urlPart(part, form)));
    return this.#chosen(expression, (part) => this.text(part, form)) ?? unknown();
  }

  /** Whether an expression of type `boolean` is true. */
  test(expression: Expression): TestValue {
    return this.#ownTest(expression) ?? this.#testByValue(expression);
  }

  #testByValue(expression: Expression): TestValue {
    const [scratch, write] = [new Scratch(), this.value(expression)];
    return (page, record, output) =>
      scratch.write(write, page, record, output) && scratch.holds(TRUE_WORD, TRUE_WORD.length);
  }

  /** The condition for what is known to be one; undefined for what `value` must evaluate. */
  #ownTest(expression: Expression): TestValue | undefined {
    if (isConstant(expression)) return undefined;
    if (expression.kind === 'event') return undefined;
    if (expression.kind === 'field') return booleanTest(this.#values.positionOf(expression.request));
    if (expression.kind === 'unary' && expression.operator === '!') {
      const test = this.test(expression.operand);
      return (page, record, output) => !test(page, record, output);
    }
    if (expression.kind !== 'binary') return undefined;
    const { operator, left, right } = expression;
    if (operator === '&&' || operator === '||') {
      const [first, second] = [this.test(left), this.test(right)];
      return operator === '&&'
        ? (page, record, output) => first(page, record, output) && second(page, record, output)
        : (page, record, output) => first(page, record, output) || second(page, record, output);
    }
    if (operator !== '==' && operator !== '!=') return undefined;
    const same = this.#same(left, right);
    return same !== undefined && operator === '!=' ? (page, record, output) => !same(page, record, output) : same;
  }

  /** Two values are the same if they are written as the same JSON: unlike a time, a text or a number is written whole. */
  #same(left: Expression, right: Expression): TestValue | undefined {
    const isNull = [left, right].find(({ type }) => type.name === 'null');
    const value = isNull === left ? right : left;
    if (isNull !== undefined && value.type.name !== 'json') {
      const [scratch, write] = [new Scratch(), this.value(value)];
      return (page, record, output) => !scratch.write(write, page, record, output) && !output.isDeclined;
    }
    if (!['text', 'number', 'boolean', 'text[]'].includes(left.type.name)) return undefined;
    const [a, b] = [new Scratch(), new Scratch()];
    const [first, second] = [this.value(left), this.value(right)];
    return (page, record, output) => {
      const isFirst = a.write(first, page, record, output);
      const isSecond = b.write(second, page, record, output);
      if (!isFirst || !isSecond) return isFirst === isSecond;
      return a.holds(b.output.bytes, b.output.length);
    };
  }

  /** An expression that has the value of one of its parts. */
  #chosen(expression: Expression, write: (part: Expression) => WriteValue): WriteValue | undefined {
    if (expression.kind === 'choice')
      return choose(this.test(expression.test), write(expression.chosen), write(expression.otherwise));
    if (expression.kind === 'guarded')
      return choose(this.test(expression.condition), write(expression.value), writeNull);
    if (expression.kind === 'binary' && expression.operator === '??')
      return either(write(expression.left), write(expression.right));
    return undefined;
  }

  #call({ definition, values }: Expression & { readonly kind: 'call' }, form: TextForm): WriteValue | undefined {
    if (definition.name === 'concat') return together(values.map((value) => this.text(value, form)));
    const [first, second] = values;
    if (definition.name !== 'uuid5' || first === undefined || second === undefined) return undefined;
    if ((first.kind !== 'literal' && first.kind !== 'param') || typeof first.value !== 'string') return undefined;
    return isUuid(first.value) ? uuid5Of(first.value, this.text(second, PLAIN_FORM)) : undefined;
  }

  #urlPart(part: UrlPart, form: TextForm): WriteValue {
    if (typeof part === 'string') return always(Buffer.from(form.of(part)));
    const { value, encode } = part;
    if (isConstant(value)) return this.#constant(value, (given) => (encode ? URL_FORM : form).of(textOf(given)));
    if (value.type.name === 'text') return this.text(value, encode ? URL_FORM : form);
    if (value.kind === 'field' && value.type.name === 'number')
      return numberField(this.#values.positionOf(value.request), decimalText);
    if (value.type.name === 'boolean') return this.value(value);
    return byRow(
      this.#rows,
      () => compileValue(value, this.#values),
      (given, output) => output.write(URL_FORM.of(textOf(given))),
    );
  }

  /**
   * Whether a value is written again wherever the event reads it. The object path computes each value once: of values that
   * read each other twice, thirty in a row, no other way would come to an end.
   */
  #isSimple(target: Expression): boolean {
    return target === this.#values.uuid || !readsEvent(target);
  }

  #constant(expression: Expression, write: (value: JsonValue) => string): WriteValue {
    try {
      const value = compileValue(expression, this.#values)([]);
      return value === null ? writeNull : always(write(value));
    } catch {
      return (_page, _record, output: TextOutput) => output.decline();
    }
  }
}

/** A text, a number or a boolean as text. */
function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? decimalText(value) : JSON.stringify(value);
}

/** Whether the value is the same for every record, as far as can be told without the other values of the event. */
function isConstant(expression: Expression): boolean {
  const depends = ['field', 'item', 'event'].includes(expression.kind);
  return !depends && childrenOf(expression).every(isConstant);
}
