import type { SetupQuestion } from '@sluice/core/adapter';

/** What `sluice init` asks about the database. */
export const postgresSinkSetup: readonly SetupQuestion[] = [
  {
    option: 'url',
    label: 'Address of the database that the events go to',
    help: 'postgresql://sluice:…@db.example.com:5432/analytics?sslmode=require, with a role that can write to the table',
    variable: 'EVENTS_DATABASE_URL',
    sensitive: true,
    example: 'postgres://sluice@localhost:5432/analytics',
  },
  {
    option: 'table',
    label: 'Table',
    help: 'events, or analytics.events; sluice check --print-ddl prints the statement that creates it',
    default: 'sluice_events',
    example: 'sluice_events',
  },
];
