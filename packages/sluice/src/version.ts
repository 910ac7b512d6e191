import { createRequire } from 'node:module';

const { version: found }: { readonly version: string } = createRequire(import.meta.url)('../package.json');

/** The version of Sluice: all packages have the same. */
export const version = found;
