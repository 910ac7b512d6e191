// The documentation as a site: `npm run docs:build`. The pages are those that GitHub shows; a dead link is an error.
import { defineConfig } from 'vitepress';

const REPOSITORY = 'https://github.com/sluice-export/sluice';

const page = (text, link) => ({ text, link: `/${link}` });

export default defineConfig({
  title: 'Sluice',
  description: 'Exports Langfuse to PostHog: nothing lost, nothing counted twice.',
  cleanUrls: true,
  rewrites: { 'getting-started.md': 'index.md' },
  // Braces in a page are text, never attributes or code.
  markdown: { attrs: { disable: true }, config: linkToRepository },
  vue: { template: { compilerOptions: { delimiters: ['\u0000', '\u0000'] } } },
  themeConfig: {
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    sidebar: [
      {
        text: 'Use it',
        items: [
          page('Getting started', ''),
          page('Configuration', 'configuration'),
          page('Langfuse v2', 'langfuse-postgres-source'),
          page('Langfuse v3 and v4', 'langfuse-clickhouse-source'),
          page('Langfuse’s fields', 'langfuse-fields'),
          page('Langfuse’s upgrades', 'langfuse-upgrades'),
          page('Postgres source', 'postgres-source'),
          page('JSON lines source', 'jsonl-source'),
          page('PostHog sink', 'posthog-sink'),
          page('PostHog’s AI pages', 'posthog-ai'),
          page('Recipes for PostHog', 'posthog-recipes'),
          page('Mixpanel sink', 'mixpanel-sink'),
          page('Segment sink', 'segment-sink'),
          page('Object storage sink', 'object-storage-sink'),
          page('Postgres sink', 'postgres-sink'),
          page('Webhook sink', 'webhook-sink'),
          page('Writing a mapping', 'mapping'),
          page('The events', 'events'),
          page('Dashboards', 'dashboard'),
          page('Alternatives', 'compare'),
        ],
      },
      {
        text: 'Run it',
        items: [
          page('Operations', 'operations'),
          page('Monitoring', 'monitoring'),
          page('State, backfills and status', 'state'),
          page('Delivery', 'delivery'),
          page('Performance', 'performance'),
          page('Scale', 'scale'),
        ],
      },
      {
        text: 'Extend it',
        items: [
          page('Which contract', 'which-contract'),
          page('Write a sink', 'write-a-sink'),
          page('Write a source', 'write-a-source'),
          page('Architecture', 'architecture'),
          page('Glossary', 'glossary'),
        ],
      },
    ],
  },
});

/** A link that leaves `docs/` leads to the repository on the site; links within `docs/` stay as they are. */
function linkToRepository(markdown) {
  markdown.core.ruler.push('link-to-repository', ({ tokens, env }) => {
    const folder = new URL(`file:///docs/${env.relativePath ?? ''}`);
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null;
        if (href === null || /^(?:\w+:|#)/u.test(href)) continue;
        const { pathname, hash } = new URL(href, folder);
        const isPage = /^\/docs\/.*\.md$/u.test(pathname);
        if (!isPage) token.attrSet('href', `${REPOSITORY}/blob/main${pathname}${hash}`);
      }
    }
  });
}
