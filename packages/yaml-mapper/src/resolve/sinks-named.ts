import { entryOf, type MapTree, type Tree } from '@sluice/core/document';
import { ANY_SINK, type SinkTarget } from './sink-target.js';

/** The sinks that a mapping is for. Of one for any sink: `any`, and those that it has something to say about. */
export function sinksNamed(layers: readonly MapTree[], { types }: SinkTarget): readonly string[] {
  if (!types.includes(ANY_SINK)) return types;
  const named = layers.flatMap(shapesIn).flatMap((shape) => keysOf(entryOf(shape, 'sinks')?.value));
  return [ANY_SINK, ...new Set(named)];
}

function shapesIn(layer: MapTree): readonly Tree[] {
  const [shared, events] = [entryOf(layer, 'shared')?.value, entryOf(layer, 'events')?.value];
  const fragments = shared?.kind === 'map' ? shared.entries.map(({ value }) => value) : [];
  return [...fragments, ...(events?.kind === 'list' ? events.items : [])];
}

function keysOf(tree: Tree | undefined): readonly string[] {
  return tree?.kind === 'map' ? tree.entries.map(({ key }) => key) : [];
}
