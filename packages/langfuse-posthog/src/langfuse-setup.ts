import type { Preset } from '@sluice/core/preset';
import { DASHBOARDS } from './dashboards/dashboards.js';
import { addressProblem, completeAddress } from './langfuse-address.js';

/** What is the same for every version of Langfuse and for all events: the sink, its dashboards and the parameters of the mappings. */
export const langfuseSetup: Pick<Preset, 'sink' | 'setup' | 'dashboards'> = {
  sink: 'posthog',
  dashboards: DASHBOARDS,
  setup: [
    {
      option: 'langfuseUrl',
      label: 'Address at which people open Langfuse',
      help: 'links from PostHog to Langfuse start with it; for example https://langfuse.example.com',
      variable: 'LANGFUSE_URL',
      complete: completeAddress,
      problemOf: addressProblem,
      example: 'https://langfuse.example.com',
    },
  ],
};
