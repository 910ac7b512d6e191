import type { KnownName } from '@sluice/core/sink';
import type { FieldType } from '@sluice/core/source';
import { didYouMean, type MapEntry, type MapTree } from '@sluice/core/document';
import { unitNamed } from '../check/check-call.js';
import type { ProblemList } from '../problems/problem-list.js';
import { VOCABULARY_KEYS } from './language-keys.js';
import { STANDARD, type SinkTarget } from './sink-target.js';
import { readMap, readMapAt, readTextAt, readType, refuseOtherKeys } from './read-tree.js';

/** The type and unit of names in the events' maps, by `field.name`, such as `properties.latency`. */
export type Vocabulary = ReadonlyMap<string, KnownName>;

export const FIELD_TYPES = [
  'text',
  'number',
  'boolean',
  'timestamp',
  'text[]',
  'json',
] as const satisfies readonly FieldType[];

/** What `vocabulary` declares in all layers; a name of a later one replaces that of an earlier one. */
export function readVocabulary(
  layers: readonly MapTree[],
  target: SinkTarget | undefined,
  problems: ProblemList,
): Vocabulary {
  const vocabulary = new Map<string, KnownName>();
  for (const layer of layers) {
    for (const { key: field, keySpan, value } of readMapAt(layer, 'vocabulary', problems)?.entries ?? []) {
      const maps = target === undefined ? undefined : mapsOf(target);
      if (maps !== undefined && !maps.includes(field)) {
        const message = `the sink's events have no map \`${field}\``;
        problems.add('unknown-event-field', keySpan, message, didYouMean(field, maps));
      }
      for (const name of readMap(value, `\`${field}\``, problems)?.entries ?? []) {
        const known = readName(name, problems);
        if (known !== undefined) vocabulary.set(`${field}.${name.key}`, known);
      }
    }
  }
  return vocabulary;
}

/** The maps of the events at any sink that the mapping is for; undefined if their names are free. */
function mapsOf({ type, types, isOpen, schemaOf }: SinkTarget): readonly string[] | undefined {
  if (isOpen) return undefined;
  const ofSinks = [type, ...types].flatMap((each) => {
    const schema = schemaOf(each);
    return schema === undefined || schema === 'any' ? [] : Object.entries(schema.fields);
  });
  return [...ofSinks, ...Object.entries(STANDARD)].flatMap(([name, { kind }]) => (kind === 'map' ? [name] : []));
}

function readName({ key, keySpan, value }: MapEntry, problems: ProblemList): KnownName | undefined {
  const map = readMap(value, `\`${key}\``, problems);
  if (map === undefined) return undefined;
  refuseOtherKeys(map, Object.keys(VOCABULARY_KEYS), problems);
  const type = readType(map, { subject: `\`${key}\``, keySpan }, FIELD_TYPES, problems);
  if (type === undefined) return undefined;
  const text = readTextAt(map, 'unit', problems);
  if (text === undefined) return { type };
  const unit = unitNamed(text.name, text.span, problems);
  if (unit !== undefined && type === 'number') return { type, unit };
  if (unit !== undefined) {
    const message = `only a number has a unit; \`${key}\` is ${type}`;
    problems.add('wrong-shape', text.span, message, 'remove the unit');
  }
  return undefined;
}
