import type { KnownName } from '@sluice/core/sink';
import type { FieldType } from '@sluice/core/source';
import type { SinkEventSchema } from '@sluice/core/config';
import { didYouMean, type MapEntry, type MapTree } from '@sluice/core/document';
import { unitNamed } from '../check/check-call.js';
import type { ProblemList } from '../problems/problem-list.js';
import { VOCABULARY_KEYS } from './language-keys.js';
import { STANDARD_EVENT, type SinkTarget } from './sink-target.js';
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
      if (target !== undefined && !isMap(field, target)) {
        const maps = [...mapsOf(target.schema), ...mapsOf(STANDARD_EVENT)];
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

/** Whether a field is a map of the standard event, or of the events at a sink that the mapping is for. */
function isMap(field: string, { schema, types, isOpen, schemaOf }: SinkTarget): boolean {
  if (isOpen || [...mapsOf(STANDARD_EVENT), ...mapsOf(schema)].includes(field)) return true;
  return types.some((type) => mapsOf(schemaOf(type)).includes(field));
}

function mapsOf(schema: SinkEventSchema | undefined): readonly string[] {
  const fields = schema === undefined || schema === 'any' ? [] : Object.entries(schema.fields);
  return fields.flatMap(([name, { kind }]) => (kind === 'map' ? [name] : []));
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
