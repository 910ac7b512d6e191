import type { FieldType, StreamSchema } from '@sluice/core/source';
import { didYouMean, entryOf, type Span } from '@sluice/core/document';
import { AbsentFields } from './absent-fields.js';
import { checkCondition, checkValue, docOf, omitNullOf } from './check-value.js';
import type { CheckedEvent, CheckedMap, CheckedName, CheckedValue } from './checked-event.js';
import { eventFieldsOf } from './event-fields.js';
import type { WrittenValue } from '../resolve/event-shape.js';
import type { SinkShape } from '../resolve/sink-shape.js';
import { asText } from './as-text.js';
import { checkDefault } from './check-default.js';
import { warnOfLoss } from './check-loss.js';
import { childrenOf, invalid, type Expression } from './expression.js';
import { fitType } from './fit-type.js';
import { ownEntry } from '../own-entry.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { NamedSpan } from '../resolve/read-tree.js';
import type { Vocabulary } from '../resolve/read-vocabulary.js';
import { isShared, STANDARD, standardFieldsIn, type SinkTarget } from '../resolve/sink-target.js';
import type { Param, Scope } from './scope.js';

/** The longest chain of `event.x` that reads another `event.x`. */
const MAX_CHAIN = 30;
/** The parts of a standard value that is no field of the sink, and is computed wherever it is read. */
const MAX_IN_PLACE = 500;

export interface EventContext {
  readonly streams: readonly StreamSchema[];
  readonly target: SinkTarget;
  readonly vocabulary: Vocabulary;
  readonly params: ReadonlyMap<string, Param>;
  readonly functions: Scope['functions'];
  readonly problems: ProblemList;
}

/** Checks one event against its stream and the sink's schema. Undefined if its stream is unknown. */
export function checkEvent(shape: SinkShape, context: EventContext): CheckedEvent | undefined {
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
  readonly #shape: SinkShape;
  readonly #stream: StreamSchema;
  readonly #name: NamedSpan;
  readonly #context: EventContext;
  readonly #values = new Map<string, Expression | 'open'>();
  /** Standard values that something reads. */
  readonly #read = new Set<string>();
  /** The number of values being checked, each because the previous one reads it. */
  #open = 0;

  constructor(shape: SinkShape, stream: StreamSchema, name: NamedSpan, context: EventContext) {
    this.#shape = shape;
    this.#stream = stream;
    this.#name = name;
    this.#context = context;
  }

  check(): CheckedEvent {
    const { problems, params, functions } = this.#context;
    const absent = new AbsentFields();
    const plain: Scope = { stream: this.#stream, params, functions, problems, absent };
    const each =
      this.#shape.each && fitType(checkValue(this.#shape.each.tree, plain), { type: 'text[]', by: '`each`' }, problems);
    const scope: Scope = { ...plain, each, eventField: (name, span) => this.#eventField(name, span, scope) };
    this.#requireFields();
    const fields = [...this.#shape.fields.keys()].flatMap((name) => this.#field(name, scope) ?? []);
    const conditions = this.#shape.conditions.map((condition) => ({
      expression: checkCondition(condition.tree, scope),
      text: textOf(condition),
    }));
    warnOfLoss(this.#shape, this.#read, this.#context.target, problems);
    for (const [name, value] of this.#shape.standard) this.#standard(name, value, scope);
    const { final: written } = this.#shape;
    const when = written && checkCondition(written.when, { ...plain, each });
    const final = written && when && { when, withinMs: written.withinMs };
    absent.report(problems);
    const doc = this.#shape.doc?.name;
    const { name, span } = this.#name;
    return { name, doc, stream: this.#stream, span, each, conditions, ...(final && { final }), fields };
  }

  #requireFields(): void {
    const { target } = this.#context;
    for (const [name, field] of Object.entries(eventFieldsOf(target.schema)))
      if (field.kind === 'value' && field.required && !this.#shape.fields.has(name)) this.#reportMissing(name);
  }

  #reportMissing(name: string): void {
    const { target, problems } = this.#context;
    const known = ownEntry(eventFieldsOf(target.schema), name);
    const reads = known?.kind === 'value' ? standardFieldsIn(known.default ?? '') : [];
    const unset = reads.find((each) => each !== name && !this.#shape.standard.has(each));
    const isBelow = isShared(target.types) && name !== 'uuid' && ownEntry(STANDARD, name) === undefined;
    const below = `write it under the sink: sinks: { '${target.type}': { ${name}: … } }`;
    const help =
      name === 'uuid'
        ? "write uuid: uuid5('<a uuid that you generate once>', concat(project_id, '-', id))"
        : unset !== undefined
          ? `write \`${unset}: …\`, which \`${name}\` is taken from, or \`${name}: …\``
          : isBelow
            ? below
            : `write \`${name}: …\``;
    const message = `the event \`${this.#name.name}\` has no \`${name}\``;
    problems.add('missing-event-field', this.#name.span, message, help);
  }

  #field(name: string, scope: Scope): CheckedValue | CheckedMap | undefined {
    const { target, vocabulary, problems } = this.#context;
    const field = this.#shape.fields.get(name);
    const known = ownEntry(eventFieldsOf(target.schema), name);
    const required = known?.kind === 'value' && known.required;
    if (field === undefined) return undefined;
    if (field.kind === 'default') {
      const expression = this.#value(name, scope);
      // A default of what the event does not have is no value either.
      if (expression.type.name === 'null' && required) this.#reportMissing(name);
      if (expression.type.name === 'null') return undefined;
      return { kind: 'value', name, span: this.#name.span, required, expression };
    }
    if (field.kind === 'value') {
      const expression = this.#value(name, scope);
      this.#refuseOmitNull(field);
      return { kind: 'value', name, span: field.span, doc: docOf(field.tree), required, expression };
    }
    const names = [...field.names].map(([inner, written]): CheckedName => {
      const checked = checkValue(written.tree, scope);
      const isText = known?.kind === 'map' && known.values === 'text';
      const value = isText ? asText(checked, `\`${inner}\``, problems) : checked;
      const ofSink = known?.kind === 'map' ? ownEntry(known.known, inner) : undefined;
      const wanted = ofSink ?? vocabulary.get(`${name}.${inner}`) ?? vocabulary.get(`${field.takes}.${inner}`);
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

  /** The value of a field of the sink. */
  #value(name: string, scope: Scope): Expression {
    const field = this.#shape.fields.get(name);
    const known = ownEntry(eventFieldsOf(this.#context.target.schema), name);
    if (field === undefined || field.kind === 'map') return invalid(this.#name.span);
    return this.#once(name, () => {
      const { problems } = this.#context;
      const checked =
        field.kind === 'default'
          ? checkDefault(name, field.text, this.#name.span, scope, (read) => this.#readByDefault(name, read, scope))
          : checkValue(field.tree, scope);
      if (known?.kind !== 'value') return checked;
      const value = fitType(checked, { type: known.type, by: `\`${name}\`` }, problems);
      if (!known.required || !value.type.nullable) return value;
      if (field.kind === 'default' && value.type.name === 'null') return value;
      const fallback = name === 'distinct_id' ? 'event.uuid' : this.#fallback(known.type);
      const help =
        field.kind === 'default'
          ? `give one: ${name}: ${field.text} ?? event.uuid`
          : `add a fallback: … ?? ${fallback}`;
      problems.add('nullable-required', value.span, `\`${name}\` is required but can be null`, help);
      return value;
    });
  }

  /** What can stand behind `??`: for a time, a field that always has one. */
  #fallback(type: FieldType): string {
    if (type !== 'timestamp') return "'…'";
    const fields = Object.entries(this.#stream.fields);
    const [name] = fields.find(([, field]) => field.type === 'timestamp' && !field.nullable) ?? [];
    return name ?? "timestamp('2026-01-31')";
  }

  /** A standard value that the sink has no field for. */
  #standard(name: string, { tree }: WrittenValue, scope: Scope): Expression {
    this.#read.add(name);
    const known = STANDARD[name];
    return this.#once(`standard ${name}`, () => {
      const value = checkValue(tree, scope);
      const type = known?.kind === 'value' ? known.type : 'json';
      return fitType(value, { type, by: `\`${name}\`` }, this.#context.problems);
    });
  }

  #once(key: string, check: () => Expression): Expression {
    const done = this.#values.get(key);
    if (done !== undefined && done !== 'open') return done;
    this.#values.set(key, 'open');
    this.#open += 1;
    const value = check();
    this.#open -= 1;
    this.#values.set(key, value);
    return value;
  }

  #eventField(name: string, span: Span, scope: Scope): Expression | undefined {
    const { problems } = this.#context;
    const { fields, standard } = this.#shape;
    const field = fields.get(name);
    const hidden = field === undefined ? standard.get(name) : undefined;
    if (hidden === undefined && (field === undefined || field.kind === 'map')) {
      const values = [...fields].flatMap(([key, { kind }]) => (kind === 'map' ? [] : [key]));
      const help = didYouMean(name, [...values, ...standard.keys()]);
      problems.add('unknown-field', span, `the event has no value \`${name}\``, help);
      return invalid(span);
    }
    if (this.#open > MAX_CHAIN) {
      const message = `more than ${MAX_CHAIN} values of the event read each other in a row`;
      return problems.invalid('expression-too-large', span, message);
    }
    if (this.#values.get(hidden === undefined ? name : `standard ${name}`) === 'open')
      return problems.invalid('event-cycle', span, `\`event.${name}\` depends on itself`);
    if (hidden === undefined) {
      const target = this.#value(name, scope);
      return { kind: 'event', field: name, target, type: target.type, span };
    }
    return { ...this.#inPlace(name, this.#standard(name, hidden, scope), span), span };
  }

  /** What a default reads: a standard value, or else another field of the sink. Undefined if there is none. */
  #readByDefault(of: string, name: string, scope: Scope): Expression | undefined {
    const { fields, standard } = this.#shape;
    const hidden = standard.get(name);
    if (hidden !== undefined) {
      const value = this.#standard(name, hidden, scope);
      return this.#inPlace(name, value, value.span);
    }
    const field = fields.get(name);
    if (field === undefined || field.kind === 'map' || name === of) return undefined;
    const read = this.#eventField(name, this.#name.span, scope);
    return read?.kind === 'event' ? { ...read, span: read.target.span } : read;
  }

  /** A value that is no field of the event is computed where it is read. */
  #inPlace(name: string, value: Expression, span: Span): Expression {
    if (sizeOf(value, MAX_IN_PLACE) <= MAX_IN_PLACE) return value;
    const message = `\`${name}\` is too large to be read as \`event.${name}\``;
    return this.#context.problems.invalid('expression-too-large', span, message);
  }
}

/** The number of parts, counted up to a limit. */
function sizeOf(expression: Expression, limit: number): number {
  let size = 1;
  if (expression.kind === 'event') return size;
  for (const child of childrenOf(expression)) {
    if (size > limit) break;
    size += sizeOf(child, limit - size);
  }
  return size;
}

function textOf({ tree }: WrittenValue): string {
  return tree.kind === 'scalar' ? String(tree.value) : '{ … }';
}
