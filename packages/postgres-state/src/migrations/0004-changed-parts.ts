import type { Migration } from './migration.js';

/** When each part of a state was written last, and how many parts there are: a worker reads only what others have changed. */
export const changedParts: Migration = {
  name: '0004-changed-parts',
  up: async (transaction, schema) => {
    await transaction.schema.withSchema(schema).alterTable('state_parts', (table) => {
      table.bigInteger('revision').notNullable().defaultTo(0);
      table.index(['pipeline', 'revision']);
    });
    await transaction.schema.withSchema(schema).alterTable('pipelines', (table) => {
      table.specificType('lengths', 'json');
    });
  },
};
