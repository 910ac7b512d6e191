import { createHash } from 'node:crypto';
import { MAX_NAME_BYTES } from './identifier.js';
import { isStorable, UNSTORABLE } from './storable-text.js';

/** Postgres has these in every table. */
const SYSTEM_COLUMNS = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'];

/** The names that are taken in every table. */
const OWN_COLUMNS = ['event', 'uuid', 'properties', 'exported_at'] as const;

/** Gives each name its own column, which it keeps whatever names come after it. */
export class ColumnNames {
  readonly #taken = new Set<string>([...OWN_COLUMNS, ...SYSTEM_COLUMNS]);

  /** The name itself where it can be; else one that begins with `prefix`, or ends with a hash of the name. */
  take(name: string, prefix: string): string {
    const column = [name, `${prefix}${name}`].find((each) => isColumnName(each) && !this.#taken.has(each));
    const found = column ?? hashed(name, prefix);
    this.#taken.add(found);
    return found;
  }
}

function isColumnName(name: string): boolean {
  return name !== '' && isStorable(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

function hashed(name: string, prefix: string): string {
  const ending = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  let start = (name || prefix).replaceAll(UNSTORABLE, '_');
  while (Buffer.byteLength(start + ending) > MAX_NAME_BYTES) start = Array.from(start).slice(0, -1).join('');
  return start + ending;
}
