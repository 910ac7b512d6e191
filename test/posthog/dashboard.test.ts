import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

interface Tile {
  readonly type: string;
  readonly name: string;
  readonly description: string;
  readonly query: {
    readonly kind: string;
    readonly source: { readonly kind: string; readonly query: string };
    readonly chartSettings?: {
      readonly xAxis: { readonly column: string };
      readonly yAxis: readonly { readonly column: string }[];
    };
  };
}

/** What the reader puts an event of their own in place of. */
const OF_THE_READER = ['purchase completed'];

function textOf(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
}

function matches(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([, found = '']) => found));
}

describe('the dashboard', () => {
  const template: { readonly tiles: readonly Tile[]; readonly [key: string]: unknown } = JSON.parse(
    textOf('docs/dashboard.json'),
  ).template;
  const mapping = textOf('configs/mappings/langfuse.yaml');
  const events = matches(mapping, /^ {2}- event: (.+)$/gm);
  const properties = matches(mapping, /^ {6}(\w+): /gm);

  it('finds events and properties in the mapping', () => {
    expect([...events]).to.have.members(['langfuse trace', 'langfuse generation', 'langfuse score']);
    expect(properties).to.include('langfuse_cost_usd').and.include('langfuse_score_value');
  });

  it('is a template that PostHog can import', () => {
    expect(template).to.include.keys('template_name', 'dashboard_description', 'dashboard_filters', 'tags', 'tiles');
    expect(new Set(template.tiles.map(({ name }) => name)).size).to.equal(template.tiles.length);
    for (const { type, query } of template.tiles) {
      expect(type).to.equal('INSIGHT');
      expect(query.kind).to.equal('DataVisualizationNode');
      expect(query.source.kind).to.equal('HogQLQuery');
    }
  });

  for (const { name, query } of template.tiles) {
    const sql = query.source.query;

    it(`${name}: every event and property exists in the mapping`, () => {
      for (const event of matches(sql, /\bevent = '([^']+)'/g)) expect([...events, ...OF_THE_READER]).to.include(event);
      const usedProperties = matches(sql, /\bproperties\.(\w+)/g);
      for (const property of usedProperties) expect(properties).to.include(property);
      expect(sql).to.match(/'langfuse /);
    });

    it(`${name}: draws columns that its query has`, () => {
      const { chartSettings } = query;
      const columns = matches(sql, /\bAS (\w+)/g);
      const drawn = chartSettings === undefined ? [] : [chartSettings.xAxis, ...chartSettings.yAxis];
      for (const { column } of drawn) expect(columns).to.include(column);
      expect(sql.split('(').length).to.equal(sql.split(')').length);
    });
  }

  it('matches the page', () => {
    const page = textOf('docs/dashboard.md');
    const shown = [...page.matchAll(/\n### (.+)\n\n(.+)\n\n```sql\n([^]+?)\n```/g)].map((match) => match.slice(1));
    expect(shown).to.deep.equal(
      template.tiles.map(({ name, description, query }) => [name, description, query.source.query]),
    );
  });
});
