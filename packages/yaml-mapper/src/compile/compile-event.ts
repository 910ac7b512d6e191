import type { FieldRequest, JsonValue, MappedEvent } from '@sluice/core';
import { compileExpression, type Evaluate, type Frame } from './compile-expression.js';
import type { CheckedEvent } from '../check/checked-event.js';
import type { Expression } from '../check/expression.js';
import { instantToText } from '../functions/instant-text.js';
import { describePlace } from '../yaml/source-file.js';
import { isUuid } from '../functions/uuid5.js';

export type EventResult =
  | { readonly kind: 'events'; readonly events: readonly MappedEvent[] }
  | { readonly kind: 'filtered'; readonly rule: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly at: string };

type Write = (frame: Frame, event: Record<string, JsonValue>) => EventResult | undefined;

/** One event of a mapping as a function of a record. */
export function compileEvent(
  event: CheckedEvent,
  positionOf: (request: FieldRequest) => number,
): (frame: Frame) => EventResult {
  const compile = (expression: Expression): Evaluate => output(expression, compileExpression(expression, positionOf));
  const conditions = event.conditions.map(({ expression, text }) => ({
    test: compileExpression(expression, positionOf),
    rule: `${event.name}: when ${text}`,
  }));
  const writers = event.fields.map((field): Write => {
    if (field.kind === 'map') {
      const names = field.names.map(({ name, expression }) => ({ name, evaluate: compile(expression) }));
      return (frame, target) => {
        const values: Record<string, JsonValue> = {};
        for (const { name, evaluate } of names) {
          const value = evaluate(frame);
          if (value !== null || field.nulls === 'kept') values[name] = value;
        }
        if (field.nulls === 'kept' || Object.keys(values).length > 0) target[field.name] = values;
        return undefined;
      };
    }
    const evaluate = compile(field.expression);
    const at = describePlace(field.expression.span);
    return (frame, target) => {
      const value = evaluate(frame);
      if (field.required && value === null)
        return { kind: 'failed', reason: `${event.name}: \`${field.name}\` is null`, at };
      if (field.name === 'uuid') {
        if (typeof value !== 'string' || !isUuid(value))
          return { kind: 'failed', reason: `${event.name}: \`uuid\` is not a uuid`, at };
        target['uuid'] = value.toLowerCase();
      } else if (value !== null) target[field.name] = value;
      return undefined;
    };
  });
  const build = (frame: Frame): EventResult => {
    frame.computed.clear();
    for (const { test, rule } of conditions) if (test(frame) !== true) return { kind: 'filtered', rule };
    const target = { event: event.name, uuid: '' };
    for (const write of writers) {
      const failure = write(frame, target);
      if (failure !== undefined) return failure;
    }
    return { kind: 'events', events: [target] };
  };
  const each = event.each && compileExpression(event.each, positionOf);
  return each === undefined ? build : forEach(event.name, each, build);
}

function forEach(name: string, each: Evaluate, build: (frame: Frame) => EventResult): (frame: Frame) => EventResult {
  return (frame) => {
    const items = each(frame);
    const events: MappedEvent[] = [];
    let filtered: EventResult = { kind: 'filtered', rule: `${name}: each over an empty list` };
    for (const item of Array.isArray(items) ? items : []) {
      frame.item = String(item);
      const result = build(frame);
      if (result.kind === 'failed') return result;
      if (result.kind === 'events') events.push(...result.events);
      else filtered = result;
    }
    return events.length > 0 ? { kind: 'events', events } : filtered;
  };
}

function output({ type }: Expression, evaluate: Evaluate): Evaluate {
  if (type.name !== 'timestamp') return evaluate;
  return (frame) => {
    const value = evaluate(frame);
    return typeof value === 'number' ? instantToText(value) : null;
  };
}
