import { readFileSync } from 'node:fs';
import type { TestDatabase } from './test-database.js';

const DOCUMENT = new URL('../../../docs/langfuse-postgres-source.md', import.meta.url);

/** The statements that create the role of the documentation. */
export function documentedScript(): string {
  return /```sql\n(CREATE ROLE sluice[^`]*?)\n```/.exec(readFileSync(DOCUMENT, 'utf8'))?.[1] ?? '';
}

/** Creates a role as the documentation says, and gives the URL that it connects with. */
export async function aDocumentedRole({ url, client }: TestDatabase): Promise<string> {
  const name = new URL(url).pathname.slice(1);
  // Roles belong to the server: each test has one of its own.
  const own = documentedScript()
    .replaceAll('DATABASE langfuse', `DATABASE ${name}`)
    .replaceAll(/\bsluice\b/g, `reader_of_${name}`)
    .replace('…', 'secret');
  await client.query(own);
  const asRole = new URL(url);
  asRole.username = `reader_of_${name}`;
  asRole.password = 'secret';
  return asRole.href;
}
