import type { SetupQuestion } from '@sluice/core/adapter';

/** What `sluice init` asks about the database. */
export const postgresSetup: readonly SetupQuestion[] = [
  {
    option: 'url',
    label: 'Address of the database',
    help: 'postgresql://reader:…@db.example.com:5432/app?sslmode=require, with a read-only role',
    variable: 'DATABASE_URL',
    sensitive: true,
    example: 'postgres://reader@localhost:5432/app',
  },
  {
    option: 'schema',
    label: 'Schema file',
    help: 'the file that describes the tables: ./app.schema.yaml',
    example: './app.schema.yaml',
  },
];
