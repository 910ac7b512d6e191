import type { EncodedEvent, EventDescription, MappedEvent } from '@sluice/core/sink';
import type { ColumnSource } from 'hyparquet-writer';
import { eventColumns, type EventColumn } from './event-columns.js';
import { eventRows, type Cell } from './event-rows.js';
import type { FileFormat } from './file-format.js';
import { parquetSchema } from './parquet-schema.js';

/** A table with a column for each field and property of the mapping's events. */
export function parquetFormat(descriptions: readonly EventDescription[], createdBy: string): FileFormat {
  const columns = eventColumns(descriptions);
  const schema = parquetSchema(columns);
  const rowsOf = eventRows(columns);

  function tableOf(events: readonly EncodedEvent[], exportedAt: number): readonly ColumnSource[] {
    const mapped = events.map(({ text }): MappedEvent => JSON.parse(text));
    const rows = rowsOf(mapped);
    return [
      { name: 'event', data: mapped.map(({ event }) => event) },
      { name: 'uuid', data: mapped.map(({ uuid }) => uuid) },
      ...columns.map((column, index) => columnSource(column, rows.columns[index] ?? [])),
      { name: 'extra', data: [...rows.extra], statistics: false },
      { name: 'exported_at', data: mapped.map(() => BigInt(exportedAt)) },
    ];
  }

  return {
    extension: '.parquet',
    contentType: 'application/vnd.apache.parquet',
    name: 'Parquet',
    write: async (events, exportedAt) => {
      // Loaded with the first file: commands without one, such as lint, do not wait for it.
      const { parquetWriteBuffer } = await import('hyparquet-writer');
      const columnData = [...tableOf(events, exportedAt)];
      const rowGroupSize = Math.max(1, events.length);
      return Buffer.from(parquetWriteBuffer({ columnData, schema: [...schema], rowGroupSize, createdBy }));
    },
    rows: (events, exportedAt) => {
      const table = tableOf(events, exportedAt);
      return events.map((_, row) =>
        Object.fromEntries(
          table.map(({ name, data }) => {
            const cell: Cell = data[row];
            return [name, typeof cell === 'bigint' ? new Date(Number(cell)).toISOString() : cell];
          }),
        ),
      );
    },
  };
}

function columnSource({ name, type }: EventColumn, cells: readonly Cell[]): ColumnSource {
  // The bounds of JSON would be whole values, and say nothing.
  return { name, data: [...cells], ...(type === 'json' && { statistics: false }) };
}
