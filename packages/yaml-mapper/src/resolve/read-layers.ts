import { dirname, resolve } from 'node:path';
import type { MappingContext, MappingLocation } from '@sluice/core';
import { parseYaml } from '../yaml/parse-yaml.js';
import type { ProblemList } from '../problems/problem-list.js';
import { MAPPING_KEYS } from './language-keys.js';
import { readMap, readText, refuseOtherKeys, type NamedSpan } from './read-tree.js';
import { SourceFile, type Span } from '../yaml/source-file.js';
import { entryOf, type MapTree, type Tree } from '../yaml/yaml-tree.js';

const MAX_LAYERS = 10;

/** One file of a mapping: what it holds, not yet interpreted. */
export interface Layer {
  readonly tree: MapTree;
}

/**
 * The mapping's file last, what it extends before it. Empty when one of them cannot be read: without it, everything else
 * would seem to be wrong too.
 */
export function readLayers(
  location: MappingLocation,
  context: MappingContext,
  problems: ProblemList,
): readonly Layer[] {
  const layers: Layer[] = [];
  const seen = new Set<string>();
  let file = resolve(location.file);
  let asked: Span | undefined;
  while (true) {
    if (seen.has(file) || seen.size >= MAX_LAYERS) {
      if (asked)
        problems.add(
          'extends-cycle',
          asked,
          seen.has(file) ? 'This file extends itself.' : `More than ${MAX_LAYERS} files extend each other.`,
        );
      return [];
    }
    seen.add(file);
    const tree = readTree(file, asked, context, problems);
    const inner = tree && (asked === undefined ? descend(tree, location.path, problems) : tree);
    const map = inner && readMap(inner, 'A mapping', problems);
    if (map === undefined) return [];
    refuseOtherKeys(map, Object.keys(MAPPING_KEYS), problems);
    checkVersion(map, location.path.length > 0 && asked === undefined, problems);
    layers.unshift({ tree: map });
    const base = entryOf(map, 'extends');
    const path = base && readText(base.value, '`extends`', problems);
    if (path === undefined) return layers;
    asked = path.span;
    file = locate(path.name, file, context);
  }
}

/** A file from the folder of the one that says `extends`, or else one of an installed package. */
function locate(written: string, from: string, context: MappingContext): string {
  const path = resolve(dirname(from), written);
  try {
    context.readFile(path);
    return path;
  } catch {
    return context.locatePackageFile?.(written, from) ?? path;
  }
}

function readTree(
  path: string,
  asked: Span | undefined,
  context: MappingContext,
  problems: ProblemList,
): Tree | undefined {
  let text: string;
  try {
    text = context.readFile(path);
  } catch {
    const span = asked ?? new SourceFile(path, '').span(0, 0);
    problems.add('file-unreadable', span, `The file ${path} cannot be read.`);
    return undefined;
  }
  const file = new SourceFile(path, text);
  const before = problems.all().length;
  const tree = parseYaml(file, problems);
  if (tree === undefined && problems.all().length === before)
    problems.add('missing-key', file.span(0, 0), 'The file is empty.', 'A mapping begins with `sluice: 1`.');
  return tree;
}

function descend(tree: Tree, path: readonly string[], problems: ProblemList): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const key of path) {
    const next: Tree | undefined = at.kind === 'map' ? entryOf(at, key)?.value : undefined;
    if (next === undefined) {
      problems.add('missing-key', at.span, `There is no mapping at \`${path.join('.')}\`.`);
      return undefined;
    }
    at = next;
  }
  return at;
}

function checkVersion(map: MapTree, inPlace: boolean, problems: ProblemList): void {
  const version = entryOf(map, 'sluice');
  if (version === undefined) {
    if (!inPlace)
      problems.add(
        'missing-key',
        { ...map.span, end: map.span.start },
        'The mapping does not say its version.',
        'Write `sluice: 1` on the first line.',
      );
  } else if (version.value.kind !== 'scalar' || version.value.value !== 1) {
    problems.add(
      'unsupported-version',
      version.value.span,
      'Only version 1 of the language is known.',
      'Write `sluice: 1`.',
    );
  }
}

/** The text under a key of the header: the last file that says it wins. */
export function lastText(layers: readonly Layer[], key: string, problems: ProblemList): NamedSpan | undefined {
  const entry = layers.flatMap(({ tree }) => entryOf(tree, key) ?? []).at(-1);
  return entry && readText(entry.value, `\`${key}\``, problems);
}
