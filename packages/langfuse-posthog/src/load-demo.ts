import { createRequire } from 'node:module';
import { ConfigError } from '@sluice/core/adapter';
import type { Demo } from '@sluice/core/preset';

const { version, peerDependencies }: { readonly version: string; readonly peerDependencies: object } = createRequire(
  import.meta.url,
)('../package.json');

/** Imported here alone: a production install has no Postgres server, no test data and no simulator. */
export async function loadDemo(): Promise<Demo> {
  try {
    const { startDemo } = await import('./demo/start-demo.js');
    return { start: startDemo };
  } catch (error) {
    const packages = Object.keys(peerDependencies);
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing || !packages.some((name) => error.message.includes(`'${name}'`))) throw error;
    const install = `npm install ${packages.map((name) => `${name}@${version}`).join(' ')}`;
    throw new ConfigError([], `the demo needs packages that are not installed: ${install}`);
  }
}
