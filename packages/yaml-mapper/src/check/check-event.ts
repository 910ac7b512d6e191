import type { StreamSchema } from '@sluice/core/source';
import type { SinkEventSchema } from '@sluice/core/config';
import { didYouMean, entryOf, type Span } from '@sluice/core/document';
import { checkCondition, checkValue, docOf, omitNullOf } from './check-value.js';
import type { CheckedEvent, CheckedMap, CheckedName, CheckedValue } from './checked-event.js';
import { eventFieldsOf } from './event-fields.js';
import type { EventShape, WrittenField, WrittenValue } from '../resolve/event-shape.js';
import { invalid, type Expression } from './expression.js';
import { fitType } from './fit-type.js';
import { ownEntry } from '../own-entry.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { NamedSpan } from '../resolve/read-tree.js';
import type { Vocabulary } from '../resolve/read-vocabulary.js';
import type { Param, Scope } from './scope.js';

/** The longest chain of `event.x` that reads another `event.x`. */
const MAX_CHAIN = 30;

export interface EventContext {
  readonly streams: readonly StreamSchema[];
  readonly schema: SinkEventSchema;
  readonly vocabulary: Vocabulary;
  readonly params: ReadonlyMap<string, Param>;
  readonly problems: ProblemList;
}

/** Checks one event against its stream and the sink's schema. Undefined if its stream is unknown. */
export function checkEvent(shape: EventShape, context: EventContext): CheckedEvent | undefined {
  const { streams, problems } = context;
  const { event, from } = shape;
  if (event === undefined) return undefined;
  if (from === undefined) {
    const help = `write \`from: ${streams[0]?.name ?? 'stream'}\``;
    problems.add('missing-key', event.span, 'the event does not name its stream', help);
    return undefined;
  }
  const stream = streams.find(({ name }) => name === from.name);
  if (stream === undefined) {
    const names = streams.map(({ name }) => name);
    problems.add('unknown-stream', from.span, `unknown stream \`${from.name}\``, didYouMean(from.name, names));
    return undefined;
  }
  return new EventChecker(shape, stream, event, context).check();
}

class EventChecker {
  readonly #shape: EventShape;
  readonly #stream: StreamSchema;
  readonly #name: NamedSpan;
  readonly #context: EventContext;
  readonly #values = new Map<string, Expression | 'open'>();
  /** The number of values being checked, each because the previous one reads it. */
  #open = 0;

  constructor(shape: EventShape, stream: StreamSchema, name: NamedSpan, context: EventContext) {
    this.#shape = shape;
    this.#stream = stream;
    this.#name = name;
    this.#context = context;
  }

  check(): CheckedEvent {
    const { problems, params } = this.#context;
    const plain: Scope = { stream: this.#stream, params, problems };
    const each =
      this.#shape.each && fitType(checkValue(this.#shape.each.tree, plain), { type: 'text[]', by: '`each`' }, problems);
    const scope: Scope = { ...plain, each, eventField: (name, span) => this.#eventField(name, span, scope) };
    this.#requireFields();
    const fields = [...this.#shape.fields].map(([name, field]) => this.#field(name, field, scope));
    const conditions = this.#shape.conditions.map((condition) => ({
      expression: checkCondition(condition.tree, scope),
      text: textOf(condition),
    }));
    const { final: written } = this.#shape;
    const when = written && checkCondition(written.when, { ...plain, each });
    const final = written && when && { when, withinMs: written.withinMs };
    const doc = this.#shape.doc?.name;
    const { name, span } = this.#name;
    return { name, doc, stream: this.#stream, span, each, conditions, ...(final && { final }), fields };
  }

  #requireFields(): void {
    const { schema, problems } = this.#context;
    for (const [name, field] of Object.entries(eventFieldsOf(schema))) {
      if (field.kind === 'map' || !field.required || this.#shape.fields.has(name)) continue;
      const help =
        name === 'uuid'
          ? "write uuid: uuid5('<a uuid that you generate once>', concat(project_id, '-', id))"
          : `write \`${name}: …\``;
      problems.add('missing-event-field', this.#name.span, `the event \`${this.#name.name}\` has no \`${name}\``, help);
    }
  }

  #field(name: string, field: WrittenField, scope: Scope): CheckedValue | CheckedMap {
    const { schema, vocabulary, problems } = this.#context;
    const known = ownEntry(eventFieldsOf(schema), name);
    if (field.kind === 'value') {
      const required = known?.kind === 'value' && known.required;
      const expression = this.#value(name, field, scope);
      this.#refuseOmitNull(field);
      return { kind: 'value', name, span: field.span, doc: docOf(field.tree), required, expression };
    }
    const names = [...field.names].map(([inner, written]): CheckedName => {
      const value = checkValue(written.tree, scope);
      const ofSink = known?.kind === 'map' ? ownEntry(known.known, inner) : undefined;
      const wanted = ofSink ?? vocabulary.get(`${name}.${inner}`);
      const expression =
        wanted === undefined ? value : fitType(value, { ...wanted, by: `\`${inner}\``, checksUnit: true }, problems);
      const omitNull =
        (known?.kind === 'map' && known.nulls === 'omitted') ||
        (omitNullOf(written.tree, problems) ?? this.#shape.omitNull ?? false);
      return { name: inner, span: written.span, doc: docOf(written.tree), expression, omitNull };
    });
    return { kind: 'map', name, span: field.span, nulls: known?.kind === 'map' ? known.nulls : 'kept', names };
  }

  #refuseOmitNull({ tree }: WrittenValue): void {
    const entry = entryOf(tree, 'omitNull');
    const message = '`omitNull` applies to names in a map; a field of the event is always left out when it is null';
    if (entry !== undefined) this.#context.problems.add('unknown-key', entry.keySpan, message, 'remove it');
  }

  #value(name: string, field: WrittenValue, scope: Scope): Expression {
    const done = this.#values.get(name);
    if (done !== undefined && done !== 'open') return done;
    const { schema, problems } = this.#context;
    const known = ownEntry(eventFieldsOf(schema), name);
    this.#values.set(name, 'open');
    this.#open += 1;
    let value = checkValue(field.tree, scope);
    this.#open -= 1;
    if (known?.kind === 'value') value = fitType(value, { type: known.type, by: `\`${name}\`` }, problems);
    if (known?.kind === 'value' && known.required && value.type.nullable) {
      const help = `add a fallback: … ?? ${name === 'distinct_id' ? 'event.uuid' : "'…'"}`;
      problems.add('nullable-required', value.span, `\`${name}\` is required but can be null`, help);
    }
    this.#values.set(name, value);
    return value;
  }

  #eventField(name: string, span: Span, scope: Scope): Expression | undefined {
    const { problems } = this.#context;
    const field = this.#shape.fields.get(name);
    if (field?.kind !== 'value') {
      const values = [...this.#shape.fields].flatMap(([key, { kind }]) => (kind === 'value' ? [key] : []));
      problems.add('unknown-field', span, `the event has no value \`${name}\``, didYouMean(name, values));
      return invalid(span);
    }
    if (this.#open > MAX_CHAIN) {
      const message = `more than ${MAX_CHAIN} values of the event read each other in a row`;
      return problems.invalid('expression-too-large', span, message);
    }
    if (this.#values.get(name) === 'open')
      return problems.invalid('event-cycle', span, `\`event.${name}\` depends on itself`);
    return this.#value(name, field, scope);
  }
}

function textOf({ tree }: WrittenValue): string {
  return tree.kind === 'scalar' ? String(tree.value) : '{ … }';
}
