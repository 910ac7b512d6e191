import type { SetupQuestion } from '@sluice/core/adapter';
import { PROJECTS_QUESTION } from '@sluice/langfuse-records';

/** What `sluice init` asks about the database. */
export const langfusePostgresSetup: readonly SetupQuestion[] = [
  {
    option: 'url',
    label: 'Address of the Langfuse database',
    help: 'postgresql://sluice:…@db.example.com:5432/langfuse?sslmode=require, with a read-only role',
    variable: 'LANGFUSE_DATABASE_URL',
    sensitive: true,
    example: 'postgres://sluice@localhost:5432/langfuse',
  },
  PROJECTS_QUESTION,
];
