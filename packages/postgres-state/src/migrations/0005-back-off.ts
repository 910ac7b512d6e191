import type { Migration } from './migration.js';

/** Until when the workers that share a pipeline send nothing, because the destination has asked one of them to wait. */
export const backOff: Migration = {
  name: '0005-back-off',
  up: async (transaction, schema) => {
    await transaction.schema.withSchema(schema).alterTable('pipelines', (table) => {
      table.timestamp('back_off_until');
    });
  },
};
