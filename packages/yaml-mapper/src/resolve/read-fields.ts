import { didYouMean, type MapTree, type Span, type Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import type { WrittenField } from './event-shape.js';
import { VALUE_KEYS } from './language-keys.js';
import { readMap } from './read-tree.js';
import type { SinkTerms } from './sink-terms.js';

const MAX_NAMES = 1_000;
const STANDARD_MAP = /^event\.(properties|groups)$/u;

interface FieldContext {
  readonly terms: SinkTerms;
  /** Whether it stands in the event itself, or in the block of the sink. */
  readonly place: 'event' | 'block';
  readonly directives: readonly string[];
  readonly problems: ProblemList;
}

/** What is no directive. A name that stands in the wrong place, or is unknown, is a problem. */
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
  const [, takes] = tree.kind === 'scalar' ? (STANDARD_MAP.exec(tree.located?.text ?? '') ?? []) : [];
  if (takes !== undefined && takes !== key) return { kind: 'map', span, names: new Map(), takes };
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
