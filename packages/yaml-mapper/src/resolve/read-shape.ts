import { entryOf, type Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import type { EventShape, WrittenValue } from './event-shape.js';
import { EVENT_KEYS, FRAGMENT_KEYS } from './language-keys.js';
import { readFinal } from './read-final.js';
import { readFields } from './read-fields.js';
import { readBoolean, readMap, readTextAt, readTextsAt, type NamedSpan } from './read-tree.js';
import { overlayBlock, readSinkBlock } from './sink-block.js';
import type { SinkTerms } from './sink-terms.js';

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
  const final = value('final');
  const omitNull = entryOf(map, 'omitNull');
  const shape: EventShape = {
    span: map.span,
    event: text('event'),
    doc: text('doc'),
    rename: text('rename'),
    from: text('from'),
    final: final && readFinal(final.span, final.tree, problems),
    each: value('each'),
    omitNull: omitNull && readBoolean(omitNull.value, '`omitNull`', problems),
    include: readTextsAt(map, 'include', problems),
    remove: readTextsAt(map, 'remove', problems),
    conditions: condition === undefined ? [] : [condition],
    fields: readFields(map, { terms, place: 'event', directives, problems }),
    removedDefaults: new Set(),
  };
  const block = readSinkBlock(map, terms, problems);
  return block === undefined ? shape : overlayBlock(shape, block);
}
