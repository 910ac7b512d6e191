import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { posthogSink } from '@sluice/posthog-sink';
import { markdownTable, type Catalogue } from '@sluice/yaml-mapper';
import { expect } from 'chai';
import { ROOT, sluice } from './sluice-command.js';
import { expectWrittenPart } from './written-page.js';

const PAGE = 'docs/posthog-ai.md';
const MAPPING = 'configs/mappings/langfuse-posthog-ai.yaml';
/** The order of the column `on`. */
const EVENTS = ['$ai_trace', '$ai_generation', '$ai_embedding', '$ai_span', '$ai_metric', '$ai_feedback'];

interface Row {
  readonly on: readonly string[];
  readonly from: readonly string[];
}

/** PostHog's properties in the mapping: the events that have them, and their expressions. */
function propertiesOf({ events }: Catalogue): ReadonlyMap<string, Row> {
  const rows = new Map<string, Row>();
  for (const { event, fields } of events) {
    for (const { name, within, expression, unit } of fields) {
      if (within !== 'properties' || !name.startsWith('$ai_')) continue;
      const { on, from } = rows.get(name) ?? { on: [], from: [] };
      const text = `\`${expression}\`${unit === undefined ? '' : `, ${unit}`}`;
      rows.set(name, { on: [...on, event], from: [...new Set([...from, text])] });
    }
  }
  return rows;
}

/** What the page says in its last column: the one that people write. */
function effectsOnPage(): ReadonlyMap<string, string> {
  const page = readFileSync(join(ROOT, PAGE), 'utf8');
  const rows = page.matchAll(/^\| `(?<name>\$ai_\w+)`.*\| (?<effect>[^|]+?) *\|$/gmu);
  return new Map(Array.from(rows, ({ groups }) => [groups?.['name'] ?? '', groups?.['effect'] ?? '']));
}

describe('docs/posthog-ai.md', function () {
  this.timeout(60_000);

  it('tells of every property of PostHog’s where it comes from and what PostHog does with it', () => {
    const catalogue = JSON.parse(sluice(['docs', MAPPING, '--json']).stdout) as Catalogue;
    expect(catalogue.events.map(({ event }) => event)).to.deep.equal(EVENTS);
    const effects = effectsOnPage();
    const rows = Array.from(propertiesOf(catalogue), ([name, { on, from }]) => {
      const effect = effects.get(name) ?? '';
      expect(effect, `${name}: what PostHog does with it`).not.to.equal('');
      const events = on.length === EVENTS.length ? 'all' : on.map((event) => event.replace('$ai_', '')).join(', ');
      return [`\`${name}\``, events, from.join(' or '), effect];
    });
    const table = markdownTable([['property', 'on', 'from', 'what PostHog does with it'], ...rows]);
    expectWrittenPart(PAGE, 'properties', table);
  });

  it('documents every function for mappings to PostHog', () => {
    const rows = (posthogSink.functions ?? []).map(({ name, parameters, result, doc }) => {
      const written = parameters.map((parameter) => `${parameter.name}: ${parameter.type}`).join(', ');
      return [`\`${name}(${written}) → ${result}\``, doc];
    });
    expectWrittenPart(PAGE, 'functions', markdownTable([['function', 'meaning'], ...rows]));
  });
});
