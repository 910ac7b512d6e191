import type { Preset } from '@sluice/core/preset';
import { addressProblem, completeAddress } from './langfuse-address.js';
import { loadDemo } from './load-demo.js';
import { shippedFile } from './shipped-file.js';

const MAPPING = 'mappings/langfuse-posthog.yaml';

/** Langfuse's traces, generations and scores as the events of its own PostHog integration. */
export const langfusePosthog: Preset = {
  source: 'langfuse-postgres',
  sink: 'posthog',
  pipeline: shippedFile('langfuse-to-posthog.yaml'),
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
  loadDemo,
};
