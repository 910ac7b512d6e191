import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const LISTS = join(ROOT, 'test/contracts/doors');
const DOORS = {
  'sluice.txt': 'packages/sluice/dist/index.d.ts',
  'core-adapter.txt': 'packages/core/dist/adapter.d.ts',
  'core-source.txt': 'packages/core/dist/source.d.ts',
  'core-sink.txt': 'packages/core/dist/sink.d.ts',
  'core-preset.txt': 'packages/core/dist/preset.d.ts',
  'core-document.txt': 'packages/core/dist/document.d.ts',
  'core-config.txt': 'packages/core/dist/config.d.ts',
  'core-engine.txt': 'packages/core/dist/engine.d.ts',
  'core-service.txt': 'packages/core/dist/service.d.ts',
  'core-scheduler.txt': 'packages/core/dist/scheduler.d.ts',
  'core-state.txt': 'packages/core/dist/state.d.ts',
  'core-text.txt': 'packages/core/dist/text.d.ts',
  'adapter-kit.txt': 'packages/adapter-kit/dist/index.d.ts',
  'testkit.txt': 'packages/testkit/dist/index.d.ts',
} as const;

/** The exported names of a door, one a line; types are marked. */
function namesIn(declarations: string): string {
  const names = [...declarations.matchAll(/^export (?<type>type )?\{(?<list>[^}]*)\}/gmu)].flatMap(({ groups }) =>
    (groups?.['list'] ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .map((each) => (groups?.['type'] && !each.startsWith('type ') ? `type ${each}` : each)),
  );
  return `${names.toSorted((a, b) => a.replace('type ', '').localeCompare(b.replace('type ', ''), 'en')).join('\n')}\n`;
}

describe('what a door exports', () => {
  for (const [list, door] of Object.entries(DOORS)) {
    it(`is what test/contracts/doors/${list} says`, () => {
      const declarations = readFileSync(join(ROOT, door), 'utf8');
      expect(declarations).not.to.match(/export \*|export (?:declare|const|function|class|interface)/u);
      const names = namesIn(declarations);
      if (process.env['SLUICE_WRITE_TABLES'] === '1') writeFileSync(join(LISTS, list), names);
      expect(names).to.equal(readFileSync(join(LISTS, list), 'utf8'));
    });
  }
});
