import type { JsonValue } from '@sluice/core/adapter';
import type { Row } from '@sluice/core/source';
import type { TextOutput, WriteValue } from '@sluice/core/text';
import type { RecordRow } from './record-row.js';

/**
 * A value that is computed by the object path, of the values of the record. `compile` is called before the first one, so
 * that what is never needed is never compiled.
 */
export function byRow(
  rows: RecordRow,
  compile: () => (row: Row) => JsonValue,
  write: (value: NonNullable<JsonValue>, output: TextOutput) => void,
): WriteValue {
  let evaluate: ((row: Row) => JsonValue) | undefined;
  return (page, record, output) => {
    const row = rows.of(page, record);
    if (row === undefined) return output.decline();
    try {
      evaluate ??= compile();
      const value = evaluate(row);
      if (value === null) return false;
      write(value, output);
      return true;
    } catch {
      // The object path fails as well, and says why.
      return output.decline();
    }
  };
}
