import type { KnownName } from '@sluice/core/sink';
import type { FieldType } from '@sluice/core/source';
import type { SinkEventSchema } from '@sluice/core/config';
import { didYouMean, entryOf, type MapEntry } from '@sluice/core/document';
import { unitNamed } from '../check/check-call.js';
import { ownEntry } from '../own-entry.js';
import type { ProblemList } from '../problems/problem-list.js';
import { VOCABULARY_KEYS } from './language-keys.js';
import type { Layer } from './read-layers.js';
import { readMap, readText, refuseOtherKeys } from './read-tree.js';

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
export function readVocabulary(layers: readonly Layer[], schema: SinkEventSchema, problems: ProblemList): Vocabulary {
  const vocabulary = new Map<string, KnownName>();
  for (const { tree } of layers) {
    const entry = entryOf(tree, 'vocabulary');
    const fields = entry && readMap(entry.value, '`vocabulary`', problems);
    for (const { key: field, keySpan, value } of fields?.entries ?? []) {
      if (schema !== 'any' && ownEntry(schema.fields, field)?.kind !== 'map') {
        const maps = Object.entries(schema.fields).flatMap(([name, { kind }]) => (kind === 'map' ? [name] : []));
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

function readName({ key, keySpan, value }: MapEntry, problems: ProblemList): KnownName | undefined {
  const map = readMap(value, `\`${key}\``, problems);
  if (map === undefined) return undefined;
  refuseOtherKeys(map, Object.keys(VOCABULARY_KEYS), problems);
  const [typeEntry, unitEntry] = [entryOf(map, 'type'), entryOf(map, 'unit')];
  if (typeEntry === undefined) {
    const help = `write { type: text }; types: ${FIELD_TYPES.join(', ')}`;
    problems.add('missing-key', keySpan, `\`${key}\` has no type`, help);
    return undefined;
  }
  const written = readText(typeEntry.value, '`type`', problems);
  const type = FIELD_TYPES.find((name) => name === written?.name);
  if (written !== undefined && type === undefined) {
    const help = didYouMean(written.name, FIELD_TYPES);
    problems.add('wrong-shape', written.span, `\`${written.name}\` is not a type`, help);
  }
  if (unitEntry === undefined || type === undefined) return type && { type };
  const text = readText(unitEntry.value, '`unit`', problems);
  if (text === undefined) return undefined;
  const unit = unitNamed(text.name, text.span, problems);
  if (unit !== undefined && type === 'number') return { type, unit };
  if (unit !== undefined)
    problems.add('wrong-shape', text.span, `only a number has a unit; \`${key}\` is ${type}`, 'remove the unit');
  return undefined;
}
