import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url));

/** Packages that must not know a vendor. What knows both Langfuse and PostHog belongs in `langfuse-posthog`. */
const RULES: readonly { readonly packages: readonly string[]; readonly word: RegExp }[] = [
  { packages: ['core', 'yaml-mapper', 'cli', 'sluice', 'tab-separated', 'testkit'], word: /langfuse|posthog/i },
  { packages: ['posthog-sink'], word: /langfuse/i },
  { packages: ['langfuse-clickhouse-source', 'langfuse-postgres-source', 'langfuse-records'], word: /posthog/i },
];

/** Files whose examples name the vendors so that readers recognise their own files. */
const EXAMPLES = [
  'core/src/config/config-codes.ts',
  'core/src/document/file-codes.ts',
  'yaml-mapper/src/problems/problem-codes.ts',
];

/** Where what ships with Sluice is listed. */
const LISTS = ['sluice/src/container.ts', 'sluice/src/adapters/built-in-adapters.ts'];

describe('vendor names in code', () => {
  const found = RULES.flatMap(({ packages, word }) =>
    packages.flatMap((name) => sourceFiles(name).filter((file) => word.test(withoutComments(file)))),
  );

  it('appear only where the vendor belongs', () => {
    expect(found.filter((file) => ![...EXAMPLES, ...LISTS].includes(file))).to.deep.equal([]);
  });

  it('have no exception that is no longer needed', () => {
    expect([...EXAMPLES, ...LISTS].filter((file) => !found.includes(file))).to.deep.equal([]);
  });
});

function sourceFiles(name: string): readonly string[] {
  const files = readdirSync(join(PACKAGES, name, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => `${name}/src/${file}`);
}

/** Examples in comments may name vendors, and imports may name packages. */
function withoutComments(file: string): string {
  return readFileSync(join(PACKAGES, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|from '[^']+'/gm, '');
}
