import type { Knex } from 'knex';

/** A step from one shape of the tables to the next. Not changed after its release. */
export interface Migration {
  readonly name: string;
  up(transaction: Knex, schema: string): Promise<void>;
}
