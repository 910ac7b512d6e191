import { createRequire } from 'node:module';
import { z } from 'zod';

const manifest = z.object({ version: z.string() }).parse(createRequire(import.meta.url)('../package.json'));

/** The version of the `sluice` command. */
export const version = manifest.version;
