import type { Preset } from '@sluice/core/preset';
import { DASHBOARDS } from './dashboards/dashboards.js';
import { addressProblem, completeAddress } from './langfuse-address.js';
import { shippedFile } from './shipped-file.js';

const MAPPING = 'mappings/langfuse-posthog.yaml';

/** What is the same for every version of Langfuse: the mapping and its parameters. */
export const langfuseSetup: Pick<Preset, 'sink' | 'mapping' | 'setup' | 'example' | 'dashboards'> = {
  sink: 'posthog',
  dashboards: DASHBOARDS,
  mapping: { specifier: `@sluice/langfuse-posthog/configs/${MAPPING}`, path: shippedFile(MAPPING) },
  setup: [
    {
      option: 'langfuseUrl',
      label: 'Address at which people open Langfuse',
      help: 'links from PostHog to Langfuse begin with it, such as https://langfuse.example.com',
      variable: 'LANGFUSE_URL',
      complete: completeAddress,
      problemOf: addressProblem,
      example: 'https://langfuse.example.com',
    },
  ],
  example: `events:
  - event: langfuse trace
    properties:
      team: { const: search } # a literal
      langfuse_public: public # a field of the trace`,
};
