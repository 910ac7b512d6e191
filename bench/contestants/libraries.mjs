// The least that a program with the larger libraries of Sluice does: it loads them as npm has installed them, and connects.
import 'got';
import 'knex';
import 'pino';
import 'yaml';
import 'yargs';
import 'zod';
import './one-connection.mjs';
