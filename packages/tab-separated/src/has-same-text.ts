import { NULL_VALUE } from '@sluice/core/text';
import type { KeyedColumns, TextRecords } from './text-records.js';

/** Whether a value has the same text as one of another row; a null has none. */
export function hasSameText(
  records: TextRecords<KeyedColumns>,
  record: number,
  column: number,
  rows: TextRecords<KeyedColumns>,
  row: number,
  rowColumn: number,
): boolean {
  const [cell, other] = [record * records.columns.count + column, row * rows.columns.count + rowColumn];
  const start = records.starts[cell] ?? NULL_VALUE;
  const otherStart = rows.starts[other] ?? NULL_VALUE;
  if (start === NULL_VALUE || otherStart === NULL_VALUE) return false;
  const length = (records.ends[cell] ?? 0) - start;
  if (length !== (rows.ends[other] ?? 0) - otherStart) return false;
  // What differs mostly differs in its first bytes; a call of `Buffer.compare` costs as much as forty of them.
  for (let at = 0; at < length; at += 1) if (records.bytes[start + at] !== rows.bytes[otherStart + at]) return false;
  return true;
}
