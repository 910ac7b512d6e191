import { isMapDescription, type EventDescription, type ValueDescription } from '@sluice/core/sink';

type ColumnType = Exclude<ValueDescription['type'], 'null'>;

/** A column of the table: one field of the events, or one name in a field that is a map. */
export interface EventColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly field: string;
  /** In a field that is a map, such as `properties`. */
  readonly key?: string;
}

/** Columns that every file has, and `dt`, which the folder has. */
const TAKEN = ['event', 'uuid', 'exported_at', 'extra', 'dt'];

/** The map whose names become columns under their own names. */
const MAIN_MAP = 'properties';

/**
 * Pure: the columns that a mapping's events need besides `event`, `uuid`, `exported_at` and `extra`: their fields, then
 * the names in their maps, each in the order of the mapping. Where two kinds of events differ in a type, the column is
 * JSON. What is always null has no type yet, and no column.
 */
export function eventColumns(events: readonly EventDescription[]): readonly EventColumn[] {
  const [values, names] = [new Map<string, Part>(), new Map<string, Part>()];
  for (const { fields } of events) {
    for (const [field, description] of Object.entries(fields)) {
      if (field === 'uuid' || field === 'event') continue;
      if (!isMapDescription(description)) add(values, { field }, description);
      else for (const [key, each] of Object.entries(description.names)) add(names, { field, key }, each);
    }
  }
  const taken = new Set(TAKEN);
  return [...values.values(), ...names.values()].map((part) => ({ name: nameOf(part, taken), ...part }));
}

type Part = Omit<EventColumn, 'name'>;

function add(parts: Map<string, Part>, place: Pick<Part, 'field' | 'key'>, { type }: ValueDescription): void {
  if (type === 'null') return;
  const id = JSON.stringify(place);
  const known = parts.get(id)?.type;
  parts.set(id, { ...place, type: known === undefined || known === type ? type : 'json' });
}

function nameOf({ field, key }: Part, taken: Set<string>): string {
  const own = columnName(key === undefined || field === MAIN_MAP ? (key ?? field) : `${field}_${key}`);
  const full = columnName(key === undefined ? field : `${field}_${key}`);
  const candidates = [own, full, ...Array.from({ length: taken.size }, (_, index) => `${full}_${index + 2}`)];
  // DuckDB, Athena and BigQuery do not tell upper from lower case in the name of a column.
  const name = candidates.find((each) => !taken.has(each.toLowerCase())) ?? full;
  taken.add(name.toLowerCase());
  return name;
}

/** Letters, digits and underscores are what every engine takes without quotes: `$ai_model` becomes `ai_model`. */
function columnName(text: string): string {
  const plain = text.replace(/^\$/u, '').replace(/[^\p{L}\p{N}_]+/gu, '_');
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`;
}
