import { jsonText } from '../json-text.js';
import type { Migration } from './migration.js';

/** The state as rows instead of one value, so that a commit writes only what it changes. */
export const stateParts: Migration = {
  name: '0002-state-parts',
  up: async (transaction, schema) => {
    await transaction.schema.withSchema(schema).createTable('state_parts', (table) => {
      table.text('pipeline').notNullable().references('name').inTable(`${schema}.pipelines`);
      table.text('part').notNullable();
      table.integer('place').notNullable();
      table.specificType('value', 'json').notNullable();
      table.primary(['pipeline', 'part', 'place']);
    });
    // Not in SQL: it cannot take apart JSON with the escape of NUL.
    const states = await transaction
      .withSchema(schema)
      .from('pipelines')
      .whereNotNull('state')
      .select<{ readonly name: string; readonly state: object }[]>('name', 'state');
    for (const { name: pipeline, state } of states) {
      const rows = Object.entries(state).flatMap(([part, value]: [string, unknown]) =>
        (Array.isArray(value) ? value : [value]).map((item: unknown, place) => ({
          pipeline,
          part,
          place,
          value: jsonText(item),
        })),
      );
      await transaction.batchInsert(`${schema}.state_parts`, rows, 1000);
    }
    await transaction.schema.withSchema(schema).alterTable('pipelines', (table) => table.dropColumn('state'));
  },
};
