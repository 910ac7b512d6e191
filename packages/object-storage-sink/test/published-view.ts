import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../../docs/object-storage-sink.md', import.meta.url));

/** The statement below a heading of the sink's page, for the files in a folder. */
export function publishedStatement(heading: string, folder: string): string {
  const section = readFileSync(PAGE, 'utf8').split(`\n### ${heading}\n`)[1] ?? '';
  const [, sql = ''] = /```sql\n(.*?)```/su.exec(section) ?? [];
  return sql.replace(/'s3:[^'\n]*?\/(?=dt=|_manifest)/gu, `'${folder}/`);
}
