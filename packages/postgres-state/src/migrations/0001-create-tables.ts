import type { Knex } from 'knex';
import type { Migration } from './migration.js';

export const createTables: Migration = {
  name: '0001-create-tables',
  up: async (transaction, schema) => {
    const builder = (): Knex.SchemaBuilder => transaction.schema.withSchema(schema);
    await builder().createTable('pipelines', (table) => {
      table.text('name').primary();
      table.bigInteger('revision').notNullable().defaultTo(0);
      // Not jsonb: it refuses some texts that JSON can hold.
      table.specificType('state', 'json');
      table.bigInteger('token').notNullable().defaultTo(0);
      table.integer('holder_pid');
      table.text('holder_host');
      table.timestamp('held_since');
      table.timestamp('held_until');
    });
    await builder().createTable('dead_letters', (table) => {
      table.text('pipeline').notNullable().references('name').inTable(`${schema}.pipelines`);
      table.specificType('number', 'bigint GENERATED ALWAYS AS IDENTITY');
      table.text('id').notNullable();
      table.specificType('letter', 'json').notNullable();
      table.primary(['pipeline', 'number']);
      table.index(['pipeline', 'id']);
    });
    await builder().createTable('digests', (table) => {
      table.text('pipeline').notNullable().references('name').inTable(`${schema}.pipelines`);
      table.text('stream').notNullable();
      // In milliseconds since 1970, as everywhere in the state.
      table.bigInteger('hour').notNullable();
      table.bigInteger('delivered').notNullable();
      table.bigInteger('filtered').notNullable();
      table.bigInteger('dead_lettered').notNullable();
      table.decimal('first_sum', 20, 0).notNullable();
      table.decimal('second_sum', 20, 0).notNullable();
      table.primary(['pipeline', 'stream', 'hour']);
    });
  },
};
