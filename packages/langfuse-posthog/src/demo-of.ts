import { createRequire } from 'node:module';
import { ConfigError } from '@sluice/core/adapter';
import type { DemoOptions, DemoStage, PresetDemo } from '@sluice/core/preset';

const { version, peerDependencies }: { readonly version: string; readonly peerDependencies: object } = createRequire(
  import.meta.url,
)('../package.json');

type Start = (options: DemoOptions) => Promise<DemoStage>;

/** Imported when they are shown: a production install has no database server, no test data and no simulator. */
const DEMOS = {
  v2: {
    server: '@sluice/embedded-postgres',
    start: async (): Promise<Start> => (await import('./demo/langfuse-v2.js')).startDemo,
  },
  v3: {
    server: '@sluice/embedded-clickhouse',
    start: async (): Promise<Start> => (await import('./demo/langfuse-v3.js')).startDemo('v3'),
  },
  v4: {
    server: '@sluice/embedded-clickhouse',
    start: async (): Promise<Start> => (await import('./demo/langfuse-v3.js')).startDemo('v4'),
  },
} as const;

/** The demo with this version of Langfuse. */
export function demoOf(langfuse: keyof typeof DEMOS): PresetDemo {
  const { server, start } = DEMOS[langfuse];
  return {
    chosenBy: { option: 'langfuse', describe: 'The version of Langfuse', value: langfuse },
    load: async () => {
      try {
        return { start: await start() };
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
