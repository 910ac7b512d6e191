import type { Migration } from './migration.js';

/** The leases of workers that share a pipeline, and the pace that they share. */
export const workers: Migration = {
  name: '0003-workers',
  up: async (transaction, schema) => {
    await transaction.schema.withSchema(schema).createTable('workers', (table) => {
      table.text('pipeline').notNullable().references('name').inTable(`${schema}.pipelines`).onDelete('CASCADE');
      table.bigInteger('worker').notNullable();
      table.integer('pid').notNullable();
      table.text('host').notNullable();
      table.timestamp('since').notNullable();
      table.timestamp('until').notNullable();
      table.bigInteger('commits').notNullable().defaultTo(0);
      table.primary(['pipeline', 'worker']);
    });
    await transaction.schema.withSchema(schema).createTable('paces', (table) => {
      table.text('pipeline').primary().references('name').inTable(`${schema}.pipelines`).onDelete('CASCADE');
      table.timestamp('next').notNullable();
    });
  },
};
