import type { Knex } from 'knex';

/** A step from one shape of the tables to the next. Never changed once it was released. */
export interface Migration {
  readonly name: string;
  up(transaction: Knex, schema: string): Promise<void>;
}
