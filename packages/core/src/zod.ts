/** One zod for the bundles of all packages: see `build/joined-libraries.mjs`. Adapters of others import their own. */
export { z } from 'zod';
