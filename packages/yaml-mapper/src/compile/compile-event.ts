import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import type { FieldRequest, Row } from '@sluice/core/source';
import type { MapResult } from '@sluice/core/config';
import { describePlace } from '@sluice/core/document';
import type { CheckedEvent, CheckedMap, CheckedValue } from '../check/checked-event.js';
import type { Expression } from '../check/expression.js';
import { instantToText } from '../functions/instant-text.js';
import { CodeWriter } from './code-writer.js';
import { neverNull } from './never-null.js';
import { quoteCode } from './quote-code.js';
import { jsonToSend, uuidOrNull } from './runtime-values.js';
import { writeExpression } from './write-expression.js';

/** Why there is no event. An event can have any fields, so only the class tells the two apart. */
export class Outcome {
  readonly result: Exclude<MapResult, { readonly kind: 'events' }>;

  constructor(result: Outcome['result']) {
    this.result = result;
  }
}

export interface CompiledEvent {
  /** The event of a record, or of one of its items; or the reason why there is none. */
  readonly build: (row: Row, item: string) => MappedEvent | Outcome;
  /** The items that each become an event; absent without `each`. */
  readonly itemsOf?: (row: Row) => JsonValue;
  /** Whether the record is final; absent without `final`. */
  readonly isFinal?: (row: Row, item: string) => boolean | null;
}

/** Compiles one event of a mapping to one function of a row. */
export function compileEvent(event: CheckedEvent, positionOf: (request: FieldRequest) => number): CompiledEvent {
  const build = new EventWriter(event, positionOf).build();
  const expressionOf = (expression: Expression): CodeWriter => {
    const writer = new CodeWriter();
    const eventValue = (): string => 'null';
    writer.add(`return ${writeExpression(expression, { writer, positionOf, eventValue })};`);
    return writer;
  };
  const { each, final } = event;
  return {
    build,
    ...(each && { itemsOf: expressionOf(each).build<NonNullable<CompiledEvent['itemsOf']>>(['row']) }),
    ...(final && { isFinal: expressionOf(final.when).build<NonNullable<CompiledEvent['isFinal']>>(['row', 'item']) }),
  };
}

class EventWriter {
  readonly #event: CheckedEvent;
  readonly #positionOf: (request: FieldRequest) => number;
  readonly #writer = new CodeWriter();
  /** The variables of values that are computed once, and of their output. */
  readonly #values = new Map<Expression, string>();
  readonly #outputs = new Map<Expression, string>();

  constructor(event: CheckedEvent, positionOf: (request: FieldRequest) => number) {
    this.#event = event;
    this.#positionOf = positionOf;
  }

  build(): CompiledEvent['build'] {
    const { name, conditions, fields } = this.#event;
    const writer = this.#writer;
    for (const { expression, text } of conditions) {
      const at = describePlace(expression.span);
      const filtered = new Outcome({ kind: 'filtered', rule: `${name}: when ${text}`, at });
      const test = this.#write(expression);
      writer.add(`if (${test} !== true) return ${writer.capture(filtered)};`);
    }
    const uuid = fields.find((field): field is CheckedValue => field.name === 'uuid' && field.kind === 'value');
    const uuidVariable = uuid === undefined ? quoteCode('') : this.#required(uuid);
    const entries: string[] = [`"event": ${quoteCode(name)}`, `"uuid": ${uuidVariable}`];
    const later: string[] = [];
    for (const field of fields) {
      if (field === uuid) continue;
      const always = field.kind === 'map' ? field.nulls === 'kept' : field.required || neverNull(field.expression);
      const code =
        field.kind === 'map'
          ? this.#map(field)
          : field.required
            ? this.#required(field)
            : this.#output(field.expression);
      if (always && later.length === 0) entries.push(`${quoteCode(field.name)}: ${code}`);
      else if (always) later.push(`event[${quoteCode(field.name)}] = ${code};`);
      else {
        const variable = writer.variable();
        later.push(`if ((${variable} = ${code}) !== null) event[${quoteCode(field.name)}] = ${variable};`);
      }
    }
    writer.add(`const event = {${entries.join(', ')}};`);
    for (const statement of later) writer.add(statement);
    writer.add('return event;');
    return writer.build<CompiledEvent['build']>(['row', 'item']);
  }

  #write(expression: Expression): string {
    const eventValue = (target: Expression): string => this.#value(target);
    return writeExpression(expression, { writer: this.#writer, positionOf: this.#positionOf, eventValue });
  }

  /** The variable of a value that can be used more than once. */
  #value(target: Expression): string {
    const known = this.#values.get(target);
    if (known !== undefined) return known;
    const isUuid = this.#event.fields.some(
      (field) => field.kind === 'value' && field.name === 'uuid' && field.expression === target,
    );
    const code = this.#write(target);
    const variable = this.#writer.variable();
    this.#writer.add(`${variable} = ${isUuid ? this.#asUuid(target, code) : code};`);
    this.#values.set(target, variable);
    return variable;
  }

  #asUuid(expression: Expression, code: string): string {
    const isOne = expression.kind === 'call' && expression.definition.name === 'uuid5';
    return isOne ? code : `${this.#writer.capture(uuidOrNull)}(${code})`;
  }

  /** The value as it is sent: timestamps as text, JSON without numbers that no double holds. */
  #output(expression: Expression): string {
    if (expression.type.name === 'json' && expression.kind !== 'literal') {
      const send = this.#writer.capture(jsonToSend);
      const isField = expression.kind === 'field';
      return `${send}(${isField ? `row[${this.#positionOf(expression.request)}]` : this.#write(expression)})`;
    }
    const target = expression.kind === 'event' ? expression.target : expression;
    if (expression.type.name !== 'timestamp')
      return this.#values.has(target) || expression.kind === 'event' ? this.#value(target) : this.#write(expression);
    const known = this.#outputs.get(target);
    if (known !== undefined) return known;
    const [value, variable] = [this.#value(target), this.#writer.variable()];
    const text = this.#writer.capture(instantToText);
    this.#writer.add(`${variable} = ${value} === null ? null : ${text}(${value});`);
    this.#outputs.set(target, variable);
    return variable;
  }

  /** The output of a required value: if it is null, the record fails. */
  #required({ name, expression }: CheckedValue): string {
    const isUuid = name === 'uuid';
    if (!isUuid && neverNull(expression)) return this.#output(expression);
    const code = isUuid ? this.#value(expression) : this.#output(expression);
    const variable = this.#writer.variable();
    const reason = `${this.#event.name}: \`${name}\` is null${isUuid ? ' or not a uuid' : ''}`;
    const failed = new Outcome({ kind: 'failed', reason, at: describePlace(expression.span) });
    this.#writer.add(`if ((${variable} = ${code}) === null) return ${this.#writer.capture(failed)};`);
    return variable;
  }

  #map(field: CheckedMap): string {
    const writer = this.#writer;
    const isAlways = ({ omitNull, expression }: CheckedMap['names'][number]): boolean =>
      !omitNull || neverNull(expression);
    const first = field.names.findIndex((name) => !isAlways(name));
    const fixed = first === -1 ? field.names : field.names.slice(0, first);
    const variable = writer.variable();
    const entries = fixed.map(({ name, expression }) => `${quoteCode(name)}: ${this.#output(expression)}`);
    // An empty map is left out, unless its nulls are kept.
    const isAlwaysThere = field.nulls === 'kept' || fixed.length > 0;
    writer.add(`${variable} = ${isAlwaysThere ? `{${entries.join(', ')}}` : 'null'};`);
    if (first === -1) return variable;
    for (const one of field.names.slice(first)) {
      const target = `${isAlwaysThere ? variable : `(${variable} ??= {})`}[${quoteCode(one.name)}]`;
      const code = this.#output(one.expression);
      const value = writer.variable();
      writer.add(isAlways(one) ? `${target} = ${code};` : `if ((${value} = ${code}) !== null) ${target} = ${value};`);
    }
    return variable;
  }
}
