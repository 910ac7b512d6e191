import { didYouMean, entryOf, type MapTree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import type { EventShape, WrittenField } from './event-shape.js';
import { SINK_BLOCK_KEYS } from './language-keys.js';
import { mergeFields, splitOnce } from './merge-shapes.js';
import { readFields } from './read-fields.js';
import { readBoolean, readMap, readMapAt, readTextAt, readTextsAt, type NamedSpan } from './read-tree.js';
import { ANY_SINK, isKnownSink } from './sink-target.js';
import type { SinkTerms } from './sink-terms.js';

/** What an event or a fragment is at one sink. */
interface SinkBlock {
  readonly name: NamedSpan | undefined;
  readonly omit: boolean | undefined;
  readonly remove: readonly NamedSpan[];
  readonly fields: ReadonlyMap<string, WrittenField>;
}

/** The block of the sink that the mapping is resolved for. The names of all others are checked. */
export function readSinkBlock(event: MapTree, terms: SinkTerms, problems: ProblemList): SinkBlock | undefined {
  const { target } = terms;
  let block: SinkBlock | undefined;
  for (const { key: type, keySpan, value } of readMapAt(event, 'sinks', problems)?.entries ?? []) {
    if (target === undefined) continue;
    if (!isKnownSink(type, target)) {
      problems.add('unknown-sink', keySpan, `unknown sink \`${type}\``, didYouMean(type, target.known));
    } else if (!terms.types.includes(type) && !terms.types.includes(ANY_SINK)) {
      const message = `the mapping is for \`${terms.types.join('`, `')}\`, and these lines are for \`${type}\``;
      const help = `remove them, or write sink: [${[...terms.types, type].join(', ')}]`;
      problems.add('other-sink', keySpan, message, help);
    } else if (type === target.type) {
      const map = readMap(value, `\`${type}\``, problems);
      block = map && readBlock(map, terms, problems);
    }
  }
  return block;
}

function readBlock(map: MapTree, terms: SinkTerms, problems: ProblemList): SinkBlock {
  const omit = entryOf(map, 'omit');
  return {
    name: readTextAt(map, 'event', problems),
    omit: omit && readBoolean(omit.value, '`omit`', problems),
    remove: readTextsAt(map, 'remove', problems),
    fields: readFields(map, { terms, place: 'block', directives: Object.keys(SINK_BLOCK_KEYS), problems }),
  };
}

/** What stands under the sink, over what stands in the event itself. */
export function overlayBlock(shape: EventShape, { name, omit, remove, fields }: SinkBlock): EventShape {
  const merged = new Map(shape.fields);
  const done = new Set<string>();
  for (const { name: path } of remove) {
    const [field, inner] = splitOnce(path);
    const existing = merged.get(field);
    if (inner === undefined && merged.delete(field)) done.add(path);
    if (inner === undefined || existing?.kind !== 'map' || !existing.names.has(inner)) continue;
    merged.set(field, { ...existing, names: new Map([...existing.names].filter(([key]) => key !== inner)) });
    done.add(path);
  }
  for (const [key, field] of fields) merged.set(key, mergeFields(merged.get(key), field));
  const removals = remove.map((each) => ({ ...each, isDone: done.has(each.name) }));
  return { ...shape, sinkName: name, omit, remove: [...shape.remove, ...removals], fields: merged };
}
