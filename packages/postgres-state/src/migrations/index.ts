import { createTables } from './0001-create-tables.js';
import type { Migration } from './migration.js';

export const MIGRATIONS: readonly Migration[] = [createTables];
