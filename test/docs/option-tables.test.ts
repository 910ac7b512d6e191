import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { langfusePostgresSource } from '@sluice/langfuse-postgres-source';
import { expect } from 'chai';
import { z } from 'zod';

const PACKAGES = fileURLToPath(new URL('../../../packages', import.meta.url));

/** The cells of the row of each option in the table of a README. */
function optionRows(packageName: string): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(`${PACKAGES}/${packageName}/README.md`, 'utf8');
  const options = text.split(/^## /m).find((part) => part.startsWith('Options')) ?? '';
  const rows = options.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  return new Map(
    rows.flatMap((cells) => [...(cells[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, cells])),
  );
}

describe('the options in the README of a source of Langfuse', () => {
  for (const { type, config } of [langfuseClickHouseSource, langfusePostgresSource]) {
    it(`are those of ${type}, with their defaults`, () => {
      const rows = optionRows(`${type}-source`);
      const { properties = {} } = z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' });
      for (const [option, schema] of Object.entries(properties)) {
        expect([...rows.keys()]).to.include(option);
        if (typeof schema === 'object' && typeof schema.default === 'number')
          expect(rows.get(option), option).to.include(String(schema.default));
      }
    });
  }
});
