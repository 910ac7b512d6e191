import type { JsonValue } from '@sluice/core/adapter';
import type { FieldSchema, FieldType, StreamSchema } from '@sluice/core/source';
import { didYouMean, type MapEntry, type Tree } from '@sluice/core/document';
import { plainValue } from '../check/constant.js';
import { textToInstant } from '../functions/instant-text.js';
import { isJsonList } from '../json-kind.js';
import { ownEntry } from '../own-entry.js';
import type { ProblemList } from '../problems/problem-list.js';
import { readMap } from '../resolve/read-tree.js';
import { aliasOf } from './default-record.js';

/** The fields that a test gives: `trace.user_id: u`, or `trace: { user_id: u }`. */
export function readGiven(tree: Tree, stream: StreamSchema, problems: ProblemList): ReadonlyMap<string, JsonValue> {
  const given = new Map<string, JsonValue>();
  const visit = (prefix: string, entries: readonly MapEntry[]): void => {
    for (const { key, keySpan, value } of entries) {
      const name = `${prefix}${key}`;
      const schema = ownEntry(stream.fields, name);
      const isGroup = Object.keys(stream.fields).some((field) => field.startsWith(`${name}.`));
      if (schema === undefined && isGroup && value.kind === 'map') {
        visit(`${name}.`, value.entries);
      } else if (schema === undefined) {
        const message = `the stream \`${stream.name}\` has no field \`${name}\``;
        problems.add('unknown-field', keySpan, message, didYouMean(name, Object.keys(stream.fields)));
      } else if (given.has(name) || given.has(aliasOf(name, stream) ?? name)) {
        problems.add('conflicting-directives', keySpan, `\`${name}\` is given twice`, 'remove one of them');
      } else given.set(name, givenValue(name, schema, value, problems));
    }
  };
  visit('', readMap(tree, '`given`', problems)?.entries ?? []);
  return given;
}

function givenValue(name: string, { type, nullable }: FieldSchema, tree: Tree, problems: ProblemList): JsonValue {
  const written = plainValue(tree, problems, { keepsDigits: type === 'json' });
  if (written === undefined) return null;
  const value = type === 'timestamp' && typeof written === 'string' ? textToInstant(written) : written;
  if (written === null) {
    if (!nullable) problems.add('type-mismatch', tree.span, `\`${name}\` is never null in this stream`);
  } else if (value === null || !isOfType(value, type)) {
    problems.add('type-mismatch', tree.span, `\`${name}\` expects ${type}`, HELPS[type](written));
    return null;
  }
  return value;
}

/** What to write instead of a value of another type. */
const HELPS: Readonly<Record<FieldType, (written: JsonValue) => string | undefined>> = {
  json: () => undefined,
  text: () => 'quote a text that YAML reads as another type',
  timestamp: () => 'use ISO 8601: 2026-01-31T12:00:00Z',
  'text[]': () => 'write a list of texts: [a, b]',
  number: (written) =>
    typeof written === 'string' && written.trim() !== '' && Number.isFinite(Number(written))
      ? `remove the quotes: ${Number(written)}`
      : 'write a number, without quotes',
  boolean: (written) => {
    const text = typeof written === 'string' ? written : '';
    if (/^(?:yes|on|true)$/iu.test(text)) return 'write true, without quotes';
    return /^(?:no|off|false)$/iu.test(text) ? 'write false, without quotes' : 'write true or false';
  },
};

/** Whether a record's field of this type can have the value. A timestamp is in milliseconds. */
function isOfType(value: JsonValue, type: FieldType): boolean {
  if (type === 'json') return true;
  if (type === 'text[]') return isJsonList(value) && value.every((item) => typeof item === 'string');
  return typeof value === { text: 'string', number: 'number', timestamp: 'number', boolean: 'boolean' }[type];
}
