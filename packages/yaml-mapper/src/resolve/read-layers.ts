import { resolve } from 'node:path';
import type { MappingContext, MappingLocation } from '@sluice/core/config';
import { entryOf, locateFile, readDocument, startOf, type MapTree, type Span, type Tree } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { MAPPING_KEYS } from './language-keys.js';
import { readMap, readTextAt, readTexts, refuseOtherKeys, type NamedSpan } from './read-tree.js';

const MAX_LAYERS = 10;

/**
 * The mapping's file last, the files that it extends before it. Empty when one of them cannot be read: without it,
 * everything else would seem to be wrong too.
 */
export function readLayers(
  location: MappingLocation,
  context: MappingContext,
  problems: ProblemList,
): readonly MapTree[] {
  const layers: MapTree[] = [];
  const seen = new Set<string>();
  let file = resolve(location.file);
  let namedAt = location.namedAt;
  while (true) {
    if (namedAt !== undefined && (seen.has(file) || seen.size >= MAX_LAYERS)) {
      const message = seen.has(file) ? 'this file extends itself' : `more than ${MAX_LAYERS} files extend each other`;
      problems.add('extends-cycle', namedAt, message);
      return [];
    }
    const { inPlace } = layers.length === 0 ? location : { inPlace: undefined };
    seen.add(file);
    const tree = inPlace ?? readTree(file, namedAt, context, problems);
    const map = tree && readMap(tree, 'a mapping', problems);
    if (map === undefined) return [];
    if (inPlace === undefined && entryOf(map, 'pipeline') !== undefined) {
      const help = 'give the mapping that it names under `mapping:`';
      problems.add('wrong-shape', namedAt ?? startOf(map.span), 'this is a pipeline file, not a mapping', help);
      return [];
    }
    refuseOtherKeys(map, Object.keys(MAPPING_KEYS), problems);
    checkVersion(map, inPlace !== undefined, problems);
    layers.unshift(map);
    const path = readTextAt(map, 'extends', problems);
    if (path === undefined) return layers;
    namedAt = path.span;
    file = locateFile(path.name, file, context.readFile, context.locatePackageFile);
  }
}

function readTree(
  path: string,
  namedAt: Span | undefined,
  { readFile }: MappingContext,
  problems: ProblemList,
): Tree | undefined {
  const { file, root, problems: found } = readDocument(path, readFile, namedAt);
  problems.addAll(found);
  if (root === undefined && found.length === 0)
    problems.add('missing-key', { file, start: 0, end: 0 }, 'the file is empty', 'begin the mapping with `sluice: 1`');
  return root;
}

function checkVersion(map: MapTree, isInPlace: boolean, problems: ProblemList): void {
  const version = entryOf(map, 'sluice');
  if (version === undefined && !isInPlace) {
    const help = 'write `sluice: 1` on the first line';
    problems.add('missing-key', startOf(map.span), 'the mapping does not state its version', help);
  }
  if (version !== undefined && (version.value.kind !== 'scalar' || version.value.value !== 1))
    problems.add('unsupported-version', version.value.span, 'only version 1 of the language is supported');
}

/** The text under a key of the header: that of the last file that has the key. */
export function lastText(layers: readonly MapTree[], key: string, problems: ProblemList): NamedSpan | undefined {
  const last = layers.findLast((layer) => entryOf(layer, key) !== undefined);
  return last && readTextAt(last, key, problems);
}

/** As `lastText`, where a list of texts may stand as well. */
export function lastTexts(layers: readonly MapTree[], key: string, problems: ProblemList): readonly NamedSpan[] {
  const last = layers.findLast((layer) => entryOf(layer, key) !== undefined);
  const tree = last && entryOf(last, key)?.value;
  if (tree?.kind === 'list') return readTexts(tree, `\`${key}\``, problems);
  return [(last && readTextAt(last, key, problems)) ?? []].flat();
}
