import type { Instant } from '@sluice/core/adapter';
import { exactJson, type FieldType, type FieldValue, type Row } from '@sluice/core/source';
import { NULL_VALUE, type PageText } from '@sluice/core/text';

export interface PageTextOptions {
  /** The types of the fields, in their order. */
  readonly types: readonly FieldType[];
  readonly rows: readonly Row[];
  readonly keys: readonly string[];
  readonly createdAt: readonly Instant[];
  /** The positions of the records that the source has a problem with. */
  readonly problems?: ReadonlySet<number>;
}

/** Rows as the text that a database would give for them. */
export function pageText({ types, rows, keys, createdAt, problems }: PageTextOptions): PageText {
  const texts = rows.flatMap((row, record) => [
    ...types.map((type, column) => valueText(type, row[column] ?? null)),
    escaped(keys[record] ?? ''),
    timestampText(createdAt[record] ?? 0),
  ]);
  const starts: number[] = [];
  const ends: number[] = [];
  let length = 0;
  for (const text of texts) {
    starts.push(text === null ? NULL_VALUE : length);
    length += text === null ? 0 : Buffer.byteLength(text);
    ends.push(length);
  }
  return {
    records: rows.length,
    bytes: Buffer.from(texts.join('')),
    starts: Uint32Array.from(starts),
    ends: Uint32Array.from(ends),
    // oxlint-disable-next-line no-control-regex -- these are what is not plain
    isPlain: Uint8Array.from(texts, (text) => (text === null || /[\u0000-\u001f"\\]/.test(text) ? 0 : 1)),
    columns: types.length + 2,
    keyColumn: types.length,
    createdAtColumn: types.length + 1,
    row: (record) => (problems?.has(record) === true ? undefined : rows[record]),
  };
}

function valueText(type: FieldType, value: FieldValue): string | null {
  if (value === null) return null;
  if (type === 'boolean') return value === true ? 't' : 'f';
  if (type === 'timestamp') return timestampText(Number(value));
  if (type === 'text[]' || type === 'json') return escaped(exactJson(value));
  return escaped(typeof value === 'string' ? value : JSON.stringify(value));
}

function timestampText(at: Instant): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '\\': String.raw`\\`,
};

function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is escaped
  return text.replaceAll(/[\b\f\n\r\t\v\\]/g, (character) => ESCAPES[character] ?? character);
}
