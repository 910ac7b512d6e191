import { fileURLToPath } from 'node:url';
import type { DashboardDescription, EventDescription } from '@sluice/core/sink';
import { isMapDescription } from '@sluice/core/sink';
import { createSluice } from '@sluice/sluice';
import { expect } from 'chai';
import { expectWrittenPart } from '../docs/written-page.js';
import { parseHogQL } from './hogql.js';

const PIPELINES = [
  { file: 'configs/langfuse-to-posthog.yaml', id: 'langfuse' },
  { file: 'configs/langfuse-v3-to-posthog-ai.yaml', id: 'ai' },
] as const;

/** What the reader puts an event of their own in place of. */
const OF_THE_READER = 'purchase completed';
/** What PostHog itself keeps of an event: see `event-family.ts`. */
const OF_POSTHOG = '$process_person_profile';

const ENVIRONMENT = {
  LANGFUSE_DATABASE_URL: 'postgres://localhost/langfuse',
  LANGFUSE_CLICKHOUSE_URL: 'http://localhost:8123',
  LANGFUSE_URL: 'https://langfuse.example.com',
  POSTHOG_API_KEY: 'phc_k',
};

for (const { file, id } of PIPELINES) {
  describe(`the dashboard of ${file}`, () => {
    let dashboards: readonly DashboardDescription[] = [];
    let events: readonly EventDescription[] = [];

    before(async () => {
      const path = fileURLToPath(new URL(`../../../${file}`, import.meta.url));
      const pipeline = await createSluice({ environment: ENVIRONMENT }).load(path);
      dashboards = await pipeline.dashboards.described();
      events = pipeline.config.mapper.events;
    });

    it('has the four questions and the metrics', () => {
      expect(dashboards.map((each) => each.id)).to.deep.equal([id]);
      const [{ charts } = { charts: [] }] = dashboards;
      expect(charts.slice(0, 4).map(({ name }) => name)).to.deep.equal([
        'Are the most active users the ones most engaged with the LLM?',
        'Do users of the LLM have higher retention?',
        'How does the LLM affect conversion?',
        'Does feedback correlate with behaviour?',
      ]);
      for (const metric of ['cost', 'cost-by-model', 'cost-by-user', 'tokens', 'latency-by-model', 'errors']) {
        expect(charts.map((chart) => chart.id)).to.include(metric);
      }
      expect(new Set(charts.map((chart) => chart.id)).size).to.equal(charts.length);
    });

    it("is read by PostHog's parser, and names what the mapping makes", async () => {
      for (const { name, query, events: read, drawn } of dashboards.flatMap(({ charts }) => charts)) {
        const names = await parseHogQL(query);
        const made = events.filter(({ event }) => names.events.has(event));
        expect([...names.events], name).to.include.members([...read]);
        for (const event of names.events) {
          expect([...made.map((each) => each.event), OF_THE_READER], name).to.include(event);
        }
        const properties = made.flatMap(propertiesOf);
        for (const property of names.properties) expect([...properties, OF_POSTHOG], name).to.include(property);
        if (drawn) expect(names.columns, name).to.include.members([drawn.x, ...drawn.y]);
      }
    });

    it('fits in a description of PostHog, with the mark of Sluice', () => {
      for (const { id: chart, doc } of dashboards.flatMap(({ charts }) => charts)) {
        expect(doc.length + `\n\nsluice:${id}/${chart}#12345678`.length, chart).to.be.at.most(400);
      }
    });

    it('is shown by the page', () => expectWrittenPart('docs/dashboard.md', `dashboard ${id}`, pageOf(dashboards)));
  });
}

describe("PostHog's parser of HogQL", () => {
  it('refuses what is not HogQL', async () => {
    const error = await parseHogQL('SELECT sum( FROM events').then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(Error);
  });
});

function propertiesOf({ fields: { properties } }: EventDescription): readonly string[] {
  return properties !== undefined && isMapDescription(properties) ? Object.keys(properties.names) : [];
}

function pageOf(dashboards: readonly DashboardDescription[]): string {
  return dashboards
    .flatMap(({ charts }) => charts)
    .map(({ name, doc, query }) => `### ${name}\n\n${doc}\n\n\`\`\`sql\n${query}\n\`\`\`\n`)
    .join('\n');
}
