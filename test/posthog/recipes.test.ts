import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { blocksOf } from '../docs/blocks.js';
import { ROOT, sluice } from '../docs/sluice-command.js';
import { parseHogQL } from './hogql.js';

const PAGE = 'docs/posthog-recipes.md';
/** What the reader's product sends, and what PostHog makes of fields of the event. */
const ELSEWHERE = ['email', 'plan', '$session_id', '$groups'];

const AI_NAMES = [
  ['@sluice/langfuse-posthog/configs/mappings/langfuse-posthog.yaml', 'langfuse-posthog-ai.yaml'],
  ['langfuse trace', '$ai_trace'],
  ['langfuse generation', '$ai_generation'],
  ['langfuse score', '$ai_metric'],
] as const;

/** That the mappings have no problems and pass their tests is a part of test/docs/examples.test.ts. */
describe('the recipes for PostHog', () => {
  const shipped = readFileSync(join(ROOT, 'configs/mappings/langfuse.yaml'), 'utf8');
  const mappings = [shipped, ...blocksOf(PAGE, 'yaml').map(({ text }) => text)].join('\n');
  const queries = blocksOf(PAGE, 'sql');

  it('each have a mapping with tests, and an insight', () => {
    const [, ...recipes] = readFileSync(join(ROOT, PAGE), 'utf8').split(/^## /mu);
    expect(recipes).to.have.lengthOf(5);
    for (const recipe of recipes) {
      expect(recipe, recipe.slice(0, 30)).to.match(/^tests:$/mu);
      expect(recipe, recipe.slice(0, 30)).to.include('```sql\n');
    }
  });

  for (const { line, text } of queries) {
    it(`read what the mappings send: line ${line}`, async () => {
      const { events, properties, columns } = await parseHogQL(text);
      const sent = (name: string): boolean => mappings.includes(`event: ${name}\n`);
      expect([...events].filter((name) => !sent(name) && !/^[A-Z]/u.test(name))).to.deep.equal([]);
      const known = (name: string): boolean =>
        ELSEWHERE.includes(name) || new RegExp(`\\b${name}: `, 'u').test(mappings);
      expect([...properties].filter((name) => !known(name))).to.deep.equal([]);
      expect(new Set(columns).size).to.equal(columns.length).and.be.greaterThan(0);
    });
  }

  it('name events and properties of the AI mapping that there are', () => {
    const page = readFileSync(join(ROOT, PAGE), 'utf8').split('\n## ')[0] ?? '';
    const names = [...page.matchAll(/\$ai_\w+/gu)].map(([name]) => name);
    const shippedAi = readFileSync(join(ROOT, 'configs/mappings/langfuse-posthog-ai.yaml'), 'utf8');
    expect(names.length).to.be.greaterThan(8);
    expect(
      names.filter((name) => !shippedAi.includes(`${name}: `) && !shippedAi.includes(`event: ${name}\n`)),
    ).to.deep.equal([]);
  });

  it('tell which conditions differ for the AI mapping, as its dashboard has them', () => {
    const page = readFileSync(join(ROOT, PAGE), 'utf8').split('\n## ')[0] ?? '';
    const dashboard = readFileSync(join(ROOT, 'docs/dashboard.md'), 'utf8').split('<!-- dashboard ai -->')[1] ?? '';
    const conditions = page.matchAll(/^\| `(?<here>[^`]*\([^`]*)` *\| `(?<there>[^`]*)` *\|$/gmu);
    const pairs = Array.from(conditions, ({ groups }) => [groups?.['here'] ?? '', groups?.['there'] ?? ''] as const);
    expect(pairs).to.have.lengthOf(2);
    for (const [here, there] of pairs) {
      expect(queries.some(({ text }) => text.includes(here))).to.equal(true);
      expect(dashboard).to.include(there);
    }
    const others = pairs.reduce((all, [here]) => all.replaceAll(here, ''), queries.map(({ text }) => text).join('\n'));
    expect(others).to.not.include("'langfuse '");
    expect(others).to.not.include('unknown_user');
  });

  it('keep the cost and the latency of a trace under the names that it has', () => {
    const { events } = JSON.parse(sluice(['docs', 'configs/mappings/langfuse-posthog-ai.yaml', '--json']).stdout) as {
      readonly events: readonly { readonly event: string; readonly fields: readonly { readonly name: string }[] }[];
    };
    const names = events.find(({ event }) => event === '$ai_trace')?.fields.map(({ name }) => name) ?? [];
    const page = readFileSync(join(ROOT, PAGE), 'utf8');
    const [, there = ''] = /^\| .* of a trace *\| (.*) \|$/mu.exec(page) ?? [];
    expect(names).to.include.members([...there.matchAll(/`(\w+)`/gu)].map(([, name]) => name));
    expect(there).to.not.equal('');
  });

  it('have no problems over the AI mapping, with its names', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-recipes-'));
    try {
      cpSync(join(ROOT, 'configs/mappings'), folder, { recursive: true });
      const files = blocksOf(PAGE, 'yaml').map(({ line, text }) => {
        const [mapping = ''] = text.split(/^tests:/mu);
        writeFileSync(
          join(folder, `recipe-${line}.yaml`),
          AI_NAMES.reduce((all, [from, to]) => all.replaceAll(from, to), mapping),
        );
        return `recipe-${line}.yaml`;
      });
      expect(JSON.parse(sluice(['lint', '--json', ...files], { cwd: folder }).stdout)).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
