import { createRequire } from 'node:module';

const { version: found }: { readonly version: string } = createRequire(import.meta.url)('../package.json');

/** The version of the `sluice` command. */
export const version = found;
