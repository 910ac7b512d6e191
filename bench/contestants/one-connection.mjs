// The least that a program with a database does: connect, ask, end.
import pg from 'pg';

const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
await client.query('SELECT 1');
await client.end();
