import { didYouMean, entryOf, type MapTree, type Span, type Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { readBoolean, readMap, readTextAt, readTexts, type NamedSpan } from './read-tree.js';
import { EVENT_KEYS, FRAGMENT_KEYS, VALUE_KEYS } from './language-keys.js';
import { overlayBlock, readSinkBlock } from './sink-block.js';
import type { SinkTerms } from './sink-terms.js';

export interface WrittenValue {
  readonly span: Span;
  readonly tree: Tree;
}

export type WrittenField =
  | ({ readonly kind: 'value' } & WrittenValue)
  | { readonly kind: 'map'; readonly span: Span; readonly names: ReadonlyMap<string, WrittenValue> };

/** An event or a fragment as one file writes it. */
export interface EventShape {
  readonly span: Span;
  readonly event?: NamedSpan | undefined;
  readonly doc?: NamedSpan | undefined;
  readonly rename?: NamedSpan | undefined;
  readonly from?: NamedSpan | undefined;
  readonly include: readonly NamedSpan[];
  readonly remove: readonly Removal[];
  readonly conditions: readonly WrittenValue[];
  readonly each?: WrittenValue | undefined;
  /** Whether names whose value is null are left out of maps that would otherwise keep them. */
  readonly omitNull?: boolean | undefined;
  readonly fields: ReadonlyMap<string, WrittenField>;
  /** The event's name at the sink, if it is another one there. */
  readonly sinkName?: NamedSpan | undefined;
  /** Whether the sink gets no such event. */
  readonly omit?: boolean | undefined;
  /** Fields that do not get the default of the sink either. */
  readonly removedDefaults: ReadonlySet<string>;
}

export interface Removal extends NamedSpan {
  /** Whether it has been found in the same file, so that it need not be inherited as well. */
  readonly isDone?: boolean;
}

const MAX_NAMES = 1_000;
const DIRECTIVES = Object.keys(FRAGMENT_KEYS);

/** An event or a fragment, with what its file says about the sink that the mapping is resolved for. */
export function readShape(
  tree: Tree,
  place: 'fragment' | 'event',
  terms: SinkTerms,
  problems: ProblemList,
): EventShape | undefined {
  const map = readMap(tree, place === 'event' ? 'an event' : 'a fragment', problems);
  if (map === undefined) return undefined;
  const text = (key: string): NamedSpan | undefined => readTextAt(map, key, problems);
  const value = (key: string): WrittenValue | undefined => {
    const entry = entryOf(map, key);
    return entry && { span: entry.keySpan, tree: entry.value };
  };
  const directives = place === 'event' ? [...DIRECTIVES, ...Object.keys(EVENT_KEYS)] : DIRECTIVES;
  const condition = value('when');
  const omitNull = entryOf(map, 'omitNull');
  const shape: EventShape = {
    span: map.span,
    event: text('event'),
    doc: text('doc'),
    rename: text('rename'),
    from: text('from'),
    each: value('each'),
    omitNull: omitNull && readBoolean(omitNull.value, '`omitNull`', problems),
    include: readList(map, 'include', problems),
    remove: readList(map, 'remove', problems),
    conditions: condition === undefined ? [] : [condition],
    fields: readFields(map, { terms, place: 'event', directives, problems }),
    removedDefaults: new Set(),
  };
  const block = readSinkBlock(map, terms, problems);
  return block === undefined ? shape : overlayBlock(shape, block);
}

/** The texts in a list under a key, if there is one. */
export function readList(map: MapTree, key: string, problems: ProblemList): readonly NamedSpan[] {
  const entry = entryOf(map, key);
  return entry === undefined ? [] : readTexts(entry.value, `\`${key}\``, problems);
}

interface FieldContext {
  readonly terms: SinkTerms;
  /** Whether it stands in the event itself, or in the block of the sink. */
  readonly place: 'event' | 'block';
  readonly directives: readonly string[];
  readonly problems: ProblemList;
}

export function readFields(map: MapTree, context: FieldContext): ReadonlyMap<string, WrittenField> {
  const { directives } = context;
  const fields = new Map<string, WrittenField>();
  for (const { key, keySpan, value } of map.entries) {
    if (directives.includes(key)) continue;
    const field = readField(key, keySpan, value, context);
    if (field !== undefined) fields.set(key, field);
  }
  return fields;
}

function readField(
  key: string,
  span: Span,
  tree: Tree,
  { terms, place, directives, problems }: FieldContext,
): WrittenField | undefined {
  const kind = key === 'uuid' ? 'value' : terms.kindOf(key, place);
  if (kind === 'of another sink') return undefined;
  if (kind === 'of one sink') {
    const { message, help } = terms.belongsBelow(key);
    problems.add('field-of-one-sink', span, message, help);
    return undefined;
  }
  if (kind === 'unknown') {
    const message = terms.unknownField(key);
    problems.add('unknown-event-field', span, message, didYouMean(key, ['uuid', ...terms.names(place), ...directives]));
    return undefined;
  }
  const isMap = kind === 'open' ? tree.kind === 'map' && !looksLikeValue(tree) : kind === 'map';
  if (!isMap) return { kind: 'value', span, tree };
  const map = readMap(tree, `\`${key}\``, problems);
  if (map === undefined) return undefined;
  if (map.entries.length > MAX_NAMES) {
    problems.add('file-too-large', span, `\`${key}\` has more than ${MAX_NAMES} names`);
    return undefined;
  }
  const names = map.entries.map((entry) => [entry.key, { span: entry.keySpan, tree: entry.value }] as const);
  return { kind: 'map', span, names: new Map(names) };
}

/** Without a schema, a map is a value if it has only keys of a value. */
function looksLikeValue(tree: Tree): boolean {
  return tree.kind === 'map' && tree.entries.length > 0 && tree.entries.every(({ key }) => VALUE_KEYS.includes(key));
}
