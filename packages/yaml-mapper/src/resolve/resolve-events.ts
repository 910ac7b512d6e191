import { closestName, didYouMean, entryOf, startOf, type ListTree, type MapTree } from '@sluice/core/document';
import type { EventShape } from './event-shape.js';
import { mergeShapes, type MergeContext } from './merge-shapes.js';
import { warnOfSimilarNames } from './similar-names.js';
import type { ProblemList } from '../problems/problem-list.js';
import { readShape } from './read-shape.js';
import { readMapAt, readTexts } from './read-tree.js';
import type { SinkTarget } from './sink-target.js';
import { SinkTerms } from './sink-terms.js';

const MAX_SHAPES = 300;

/** The events that a sink gets, after `extends`, `include`, `remove` and `sinks`, in the mapping's order. */
export function resolveEvents(
  layers: readonly MapTree[],
  target: SinkTarget | undefined,
  problems: ProblemList,
): readonly EventShape[] {
  const merging: MergeContext = { target, problems };
  const fragments = readFragments(layers, merging);
  const used = new Set<string>();
  const include = includer(fragments, used, merging);
  const events = new Map<string, EventShape>();
  for (const tree of layers) {
    const removal = entryOf(tree, 'remove');
    for (const { name, span } of removal === undefined ? [] : readTexts(removal.value, '`remove`', problems)) {
      if (!events.delete(name))
        problems.add('nothing-to-remove', span, `no event \`${name}\` to remove`, didYouMean(name, [...events.keys()]));
    }
    const list = entryOf(tree, 'events')?.value;
    if (list === undefined) continue;
    if (list.kind !== 'list') {
      const [first] = list.kind === 'map' ? list.entries : [];
      const help = `write \`- event: ${first?.key ?? 'name'}\`, and what belongs to it on the lines below`;
      problems.add('wrong-shape', list.span, '`events` must be a list whose items begin with `- event: name`', help);
    } else readEvents(list, { terms: termsIn(tree, target), merging, events, include });
  }
  const own = layers.at(-1);
  const shared = own && entryOf(own, 'shared')?.value;
  for (const { key, keySpan } of shared?.kind === 'map' ? shared.entries : []) {
    if (!used.has(key)) problems.add('unused-fragment', keySpan, `no event includes \`${key}\``);
  }
  return namedForSink(
    [...events.values()].filter(({ omit }) => omit !== true),
    problems,
  );
}

/** The names that the sink gets. */
function namedForSink(shapes: readonly EventShape[], problems: ProblemList): readonly EventShape[] {
  const seen = new Set<string>();
  return shapes.map((shape) => {
    const event = shape.sinkName ?? shape.event;
    if (event !== undefined && seen.has(event.name))
      problems.add('duplicate-event', event.span, `duplicate event \`${event.name}\``);
    if (event !== undefined) seen.add(event.name);
    return { ...shape, event };
  });
}

function termsIn(layer: MapTree, target: SinkTarget | undefined): SinkTerms {
  return new SinkTerms(target, target?.typesIn(layer) ?? []);
}

interface EventResolution {
  readonly terms: SinkTerms;
  readonly merging: MergeContext;
  readonly events: Map<string, EventShape>;
  readonly include: (shape: EventShape) => EventShape;
}

function readEvents(list: ListTree, { terms, merging, events, include }: EventResolution): void {
  const { problems } = merging;
  const seen = new Set<string>();
  const inherited = [...events.keys()];
  for (const item of list.items.slice(0, MAX_SHAPES)) {
    const shape = readShape(item, 'event', terms, problems);
    if (shape === undefined) continue;
    if (shape.event === undefined) {
      // A name of the wrong shape is a problem already.
      if (item.kind === 'map' && entryOf(item, 'event') === undefined)
        problems.add('missing-key', startOf(shape.span), 'the event has no name', 'begin it with `- event: name`');
      continue;
    }
    const { name, span } = shape.event;
    if (seen.has(name)) {
      problems.add('duplicate-event', span, `duplicate event \`${name}\``);
      continue;
    }
    seen.add(name);
    const base = events.get(name);
    const flat = include(base === undefined ? shape : { ...shape, remove: [] });
    if (base === undefined && flat.from === undefined && inherited.length > 0) {
      const near = closestName(name, inherited);
      const known = near === undefined ? `it has \`${inherited.join('`, `')}\`.` : `did you mean \`${near}\`?`;
      const help = `${known} A new event needs \`from:\``;
      problems.add('missing-key', span, `the extended mapping has no event \`${name}\``, help);
      continue;
    }
    if (base !== undefined) warnOfSimilarNames(base, shape, problems);
    const { remove, rename } = shape;
    const merged = base === undefined ? flat : mergeShapes(base, { ...flat, remove, rename }, merging);
    if (base === undefined && shape.rename !== undefined)
      problems.add('nothing-to-remove', span, `no event \`${name}\` to rename`, didYouMean(name, [...events.keys()]));
    const current = merged.event?.name ?? name;
    if (current === name) events.set(name, merged);
    else if (events.has(current))
      problems.add('duplicate-event', merged.event?.span ?? span, `duplicate event \`${current}\``);
    else renameIn(events, name, current, merged);
  }
  if (list.items.length > MAX_SHAPES) problems.add('file-too-large', list.span, `more than ${MAX_SHAPES} events`);
}

/** Renames an event without moving it. */
function renameIn(events: Map<string, EventShape>, name: string, current: string, shape: EventShape): void {
  const entries = [...events].map(([key, value]): [string, EventShape] =>
    key === name ? [current, shape] : [key, value],
  );
  events.clear();
  for (const [key, value] of entries) events.set(key, value);
}

function readFragments(layers: readonly MapTree[], merging: MergeContext): ReadonlyMap<string, EventShape> {
  const { target, problems } = merging;
  const fragments = new Map<string, EventShape>();
  for (const layer of layers) {
    const terms = termsIn(layer, target);
    for (const { key, value } of readMapAt(layer, 'shared', problems)?.entries.slice(0, MAX_SHAPES) ?? []) {
      const shape = readShape(value, 'fragment', terms, problems);
      const base = fragments.get(key);
      if (shape !== undefined && base !== undefined) warnOfSimilarNames(base, shape, problems);
      if (shape !== undefined) fragments.set(key, base === undefined ? shape : mergeShapes(base, shape, merging));
    }
  }
  return fragments;
}

function includer(
  fragments: ReadonlyMap<string, EventShape>,
  used: Set<string>,
  merging: MergeContext,
): (shape: EventShape) => EventShape {
  const { problems } = merging;
  const done = new Map<string, EventShape>();
  const open = new Set<string>();
  const expand = (shape: EventShape): EventShape => {
    let under: EventShape | undefined;
    for (const { name, span } of shape.include) {
      const fragment = fragments.get(name);
      if (fragment === undefined)
        problems.add('unknown-fragment', span, `unknown fragment \`${name}\``, didYouMean(name, [...fragments.keys()]));
      else if (open.has(name)) problems.add('include-cycle', span, `the fragment \`${name}\` includes itself`);
      else {
        open.add(name);
        used.add(name);
        const flat = done.get(name) ?? expand(fragment);
        done.set(name, flat);
        open.delete(name);
        under = under === undefined ? flat : mergeShapes(under, flat, merging);
      }
    }
    const empty: EventShape = {
      span: shape.span,
      include: [],
      remove: [],
      conditions: [],
      fields: new Map(),
      removedDefaults: new Set(),
    };
    return { ...mergeShapes(under ?? empty, shape, merging), include: [] };
  };
  return expand;
}
