import { createRequire } from 'node:module';
import { ConfigError } from '@sluice/core/adapter';
import type { DemoOptions, DemoStage, PresetDemo } from '@sluice/core/preset';
import type { DemoEvents } from './demo/expected-events.js';
import { shippedFile } from './shipped-file.js';

const { version, peerDependencies }: { readonly version: string; readonly peerDependencies: object } = createRequire(
  import.meta.url,
)('../package.json');

type Start = (options: DemoOptions) => Promise<DemoStage>;

/** Imported when they are shown: a production install has no database server, no test data and no simulator. */
const DEMOS = {
  v2: {
    server: '@sluice/embedded-postgres',
    pipelines: { langfuse: 'langfuse-to-posthog.yaml', ai: 'langfuse-to-posthog-ai.yaml' },
    start: async (events: DemoEvents): Promise<Start> => (await import('./demo/langfuse-v2.js')).startDemo(events),
  },
  v3: {
    server: '@sluice/embedded-clickhouse',
    pipelines: { langfuse: 'langfuse-v3-to-posthog.yaml', ai: 'langfuse-v3-to-posthog-ai.yaml' },
    start: async (events: DemoEvents): Promise<Start> =>
      (await import('./demo/langfuse-v3.js')).startDemo('v3', events),
  },
  v4: {
    server: '@sluice/embedded-clickhouse',
    pipelines: { langfuse: 'langfuse-v3-to-posthog.yaml', ai: 'langfuse-v3-to-posthog-ai.yaml' },
    start: async (events: DemoEvents): Promise<Start> =>
      (await import('./demo/langfuse-v3.js')).startDemo('v4', events),
  },
} as const;

/** The demos with this version of Langfuse. */
export function demosOf(langfuse: keyof typeof DEMOS): readonly PresetDemo[] {
  return (['langfuse', 'ai', 'both'] as const).map((events) => demoOf(langfuse, events));
}

function demoOf(langfuse: keyof typeof DEMOS, events: DemoEvents): PresetDemo {
  const { server, pipelines, start } = DEMOS[langfuse];
  return {
    chosenBy: [
      { option: 'langfuse', describe: 'The version of Langfuse', value: langfuse },
      {
        option: 'events',
        describe: 'The events: those of Langfuse’s own integration, of PostHog’s AI pages, or both',
        value: events,
      },
    ],
    pipelines: (events === 'both' ? (['langfuse', 'ai'] as const) : [events]).map((each) =>
      shippedFile(pipelines[each]),
    ),
    load: async () => {
      try {
        return { start: await start(events) };
      } catch (error) {
        const servers = Object.values(DEMOS).map((demo) => demo.server);
        const packages = Object.keys(peerDependencies).filter(
          (name) => name === server || !servers.some((other) => other === name),
        );
        const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
        if (!isMissing || !packages.some((name) => error.message.includes(`'${name}'`))) throw error;
        const install = `npm install ${packages.map((name) => `${name}@${version}`).join(' ')}`;
        throw new ConfigError([], `the demo needs packages that are not installed: ${install}`);
      }
    },
  };
}
