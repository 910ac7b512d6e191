import type { Migration } from './migration.js';

/** The largest request, in bytes, that the destination takes, as far as the workers that share a pipeline have learned it. */
export const ceiling: Migration = {
  name: '0006-ceiling',
  up: async (transaction, schema) => {
    await transaction.schema.withSchema(schema).alterTable('pipelines', (table) => {
      table.bigInteger('ceiling_bytes');
    });
  },
};
