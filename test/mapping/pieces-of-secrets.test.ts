import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { createRegistry, loadPipelineFile, renderProblems } from '@sluice/core/config';
import { readDocument } from '@sluice/core/document';
import { SecretRedactor } from '@sluice/core/service';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { parseConnectionUrl } from '@sluice/postgres';
import { posthogSink } from '@sluice/posthog-sink';
import { postgresState } from '@sluice/postgres-state';
import type { SourceDefinition } from '@sluice/core/source';
import { testRuns } from '@sluice/testkit';
import { createYamlMappingLanguage } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import fc from 'fast-check';

const PIPELINE = fileURLToPath(new URL('../../../configs/langfuse-to-posthog.yaml', import.meta.url));
const PIECE = 4;

/** Letters that no message has next to each other, and what an address gives a meaning. */
const secrets = fc.string({
  unit: fc.constantFrom(...'QZXJKVW47190'.split(''), ...'@:/?#%&=+!$"\'`\\ ,;<>[]{}|~^*()é'.split('')),
  minLength: 8,
  maxLength: 24,
});

/** An address with a password, as people write it, right or wrong. */
const addresses: readonly ((secret: string) => string)[] = [
  (secret) => `postgres://reader:${secret}@db.example.com:5432/langfuse`,
  (secret) => `postgres://reader:${encodeURIComponent(secret)}@db.example.com/langfuse`,
  (secret) => `postgres://${secret}:@db.example.com/langfuse`,
  (secret) => `postgres://reader:47/${secret}@db.example.com/langfuse`,
  (secret) => `postgres://reader:47?${secret}@db.example.com/langfuse`,
  (secret) => `postgres://reader:47#${secret}@db.example.com/langfuse`,
  (secret) => `"postgres://reader:${secret}@db.example.com/langfuse"`,
  (secret) => `'postgres://reader:${secret}@db.example.com/langfuse`,
  (secret) => `reader:${secret}@db.example.com/langfuse`,
  (secret) => `mysql://reader:${secret}@db.example.com/langfuse`,
  (secret) => `jdbc:postgresql://db.example.com/langfuse?user=reader&password=${secret}`,
  (secret) => `host=db.example.com user=reader password=${secret}`,
  (secret) => `postgres://db.example.com/langfuse?user=reader&password=${secret}`,
  (secret) => `postgres://db.example.com/langfuse?passwd=${secret}`,
  (secret) => `postgres://reader@db.example.com/langfuse?sslmode=on&sslpassword=${secret}`,
  (secret) => `postgres://reader:x@db.example.com/langfuse?sslcert=/no/${secret}&sslkey=/no/${secret}`,
  (secret) => `postgres://reader:${secret}@db1.example.com,db2.example.com:x/langfuse`,
  (secret) => `postgres://reader:${secret}@db.example.com:99999/langfuse`,
  (secret) => `postgres://reader:${secret}@db.example.com`,
];

const keys: readonly ((secret: string) => string)[] = [
  (secret) => `phc_${secret}`,
  (secret) => `phx_${secret}`,
  (secret) => secret,
  (secret) => `"phc_${secret}"`,
  (secret) => `'phc_${secret}'`,
  (secret) => `https://phc_${secret}@us.i.posthog.com`,
  (secret) => `POSTHOG_API_KEY=phc_${secret}`,
];

const hosts: readonly ((secret: string) => string)[] = [
  () => 'https://us.i.posthog.com',
  () => '"https://us.i.posthog.com"',
  (secret) => `phc_${secret}`,
  (secret) => `https://phc_${secret}`,
  (secret) => `https://us.i.posthog.com/phc_${secret}`,
  (secret) => `https://user:${secret}@us.i.posthog.com`,
  (secret) => `https://us.i.posthog.com/?token=${secret}`,
  (secret) => `ftp://us.i.posthog.com/#${secret}`,
];

/** The pipeline file with its values in variables, in parts of variables, or in the file itself. */
const files: readonly ((url: string) => string)[] = [
  () => '${URL}',
  () => 'postgres://reader:${SECRET}@db.example.com:5432/langfuse',
  () => 'postgres://reader:${SECRET}@db.example.com/langfuse?sslmode=${SECRET}',
  (url) => url,
];

describe('whatever is wrong with an address, a key or a host', () => {
  it('no message, JSON or object holds four characters of a secret', () => {
    const inputs = fc.record({
      secret: secrets,
      address: fc.constantFrom(...addresses),
      key: fc.constantFrom(...keys),
      host: fc.constantFrom(...hosts),
      file: fc.constantFrom(...files),
      use: fc.constantFrom('source', 'state', 'langfuse-clickhouse'),
    });
    fc.assert(
      fc.property(inputs, ({ secret, address, key, host, file, use }) => {
        const protocol = use === 'langfuse-clickhouse' ? 'https:' : 'postgres:';
        const url = address(secret).replace(/(?:mysql|postgres(?:ql)?):/u, protocol);
        const shown = said(file(url).replace('postgres:', protocol), use, {
          URL: url,
          SECRET: secret,
          KEY: key(secret),
          HOST: host(secret),
          LANGFUSE_URL: '"https://langfuse.example.com"',
        });
        expect(piecesIn(shown, secret), shown).to.deep.equal([]);
      }),
      { numRuns: testRuns(120) },
    );
  });
});

function said(url: string, use: string, environment: Readonly<Record<string, string>>): string {
  const written = JSON.stringify(url);
  const isState = use === 'state';
  const source = use === 'langfuse-clickhouse' ? use : 'langfuse-postgres';
  const text = `sluice: 1
pipeline: p
source: { use: ${source}, with: { url: ${isState ? '"${URL}"' : written} } }
sink: { use: posthog, with: { host: "\${HOST}", apiKey: "\${KEY}" } }
state: { use: ${isState ? `postgres, with: { url: ${written} }` : 'postgres, with: { url: "${URL}" }'} }
mapping: mappings/langfuse-posthog.yaml
params: { langfuseUrl: "\${LANGFUSE_URL}" }
`;
  const readFile = (path: string): string => (path === PIPELINE ? text : readFileSync(path, 'utf8'));
  const redactor = new SecretRedactor();
  const loaded = loadPipelineFile(readDocument(PIPELINE, readFile), {
    environment,
    sources: createRegistry<SourceDefinition>([langfusePostgresSource, langfuseClickHouseSource]),
    sinks: createRegistry([posthogSink]),
    stateStores: createRegistry([postgresState]),
    schedulers: createRegistry([]),
    mappingLanguage: createYamlMappingLanguage(),
    readFile,
    redactor,
  });
  const parsed = parseConnectionUrl(environment['URL'] ?? '');
  return [
    renderProblems(loaded.problems, { readFile, redactor }),
    JSON.stringify(loaded.problems),
    JSON.stringify(loaded.pipeline),
    inspect(loaded.pipeline, { depth: 9 }),
    'problem' in parsed ? parsed.problem : parsed.place,
  ].join('\n');
}

/** Every piece of the secret that is in the text. */
function piecesIn(text: string, secret: string): readonly string[] {
  return Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE)).filter(
    (piece) => /[QZXJKVW]/u.test(piece) && text.includes(piece),
  );
}
