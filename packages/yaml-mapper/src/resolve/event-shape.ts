import type { SinkEventSchema } from '@sluice/core/config';
import { didYouMean, entryOf, type Span, type Tree } from '@sluice/core/document';
import { ownEntry } from '../own-entry.js';
import type { ProblemList } from '../problems/problem-list.js';
import { readBoolean, readMap, readTextAt, readTexts, type NamedSpan } from './read-tree.js';
import { readFinal, type WrittenFinal } from './read-final.js';
import { EVENT_KEYS, FRAGMENT_KEYS, VALUE_KEYS } from './language-keys.js';

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
  readonly remove: readonly NamedSpan[];
  readonly conditions: readonly WrittenValue[];
  readonly final?: WrittenFinal | undefined;
  readonly each?: WrittenValue | undefined;
  /** Whether names whose value is null are left out of maps that would otherwise keep them. */
  readonly omitNull?: boolean | undefined;
  readonly fields: ReadonlyMap<string, WrittenField>;
}

const MAX_NAMES = 1_000;
const DIRECTIVES = Object.keys(FRAGMENT_KEYS);

export function readShape(
  tree: Tree,
  place: 'fragment' | 'event',
  schema: SinkEventSchema,
  problems: ProblemList,
): EventShape | undefined {
  const map = readMap(tree, place === 'event' ? 'an event' : 'a fragment', problems);
  if (map === undefined) return undefined;
  const text = (key: string): NamedSpan | undefined => readTextAt(map, key, problems);
  const list = (key: string): readonly NamedSpan[] => {
    const entry = entryOf(map, key);
    return entry === undefined ? [] : readTexts(entry.value, `\`${key}\``, problems);
  };
  const value = (key: string): WrittenValue | undefined => {
    const entry = entryOf(map, key);
    return entry && { span: entry.keySpan, tree: entry.value };
  };
  const directives = place === 'event' ? [...DIRECTIVES, ...Object.keys(EVENT_KEYS)] : DIRECTIVES;
  const fields = new Map<string, WrittenField>();
  for (const { key, keySpan, value: written } of map.entries) {
    if (directives.includes(key)) continue;
    const field = readField(key, keySpan, written, { schema, directives, problems });
    if (field !== undefined) fields.set(key, field);
  }
  const condition = value('when');
  const final = value('final');
  const omitNull = entryOf(map, 'omitNull');
  return {
    span: map.span,
    event: text('event'),
    doc: text('doc'),
    rename: text('rename'),
    from: text('from'),
    final: final && readFinal(final.span, final.tree, problems),
    each: value('each'),
    omitNull: omitNull && readBoolean(omitNull.value, '`omitNull`', problems),
    include: list('include'),
    remove: list('remove'),
    conditions: condition === undefined ? [] : [condition],
    fields,
  };
}

interface FieldContext {
  readonly schema: SinkEventSchema;
  readonly directives: readonly string[];
  readonly problems: ProblemList;
}

function readField(
  key: string,
  span: Span,
  tree: Tree,
  { schema, directives, problems }: FieldContext,
): WrittenField | undefined {
  const known = schema === 'any' || key === 'uuid' ? undefined : ownEntry(schema.fields, key);
  if (schema !== 'any' && key !== 'uuid' && known === undefined) {
    const candidates = ['uuid', ...Object.keys(schema.fields), ...directives];
    const message = `the sink's events have no field \`${key}\``;
    problems.add('unknown-event-field', span, message, didYouMean(key, candidates));
    return undefined;
  }
  const isMap =
    known === undefined ? key !== 'uuid' && tree.kind === 'map' && !looksLikeValue(tree) : known.kind === 'map';
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
