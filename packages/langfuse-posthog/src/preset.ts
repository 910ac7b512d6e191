import type { Preset } from '@sluice/core/preset';
import { AI_EVENTS, LANGFUSE_EVENTS } from './langfuse-events.js';
import { langfuseSetup } from './langfuse-setup.js';
import { demosOf } from './demos-of.js';
import { shippedFile } from './shipped-file.js';

/** The traces, generations and scores of Langfuse v2 as the events of Langfuse's own PostHog integration. */
export const langfusePosthog: Preset = {
  ...langfuseSetup,
  ...LANGFUSE_EVENTS,
  source: 'langfuse-postgres',
  pipeline: shippedFile('langfuse-to-posthog.yaml'),
  demos: demosOf('v2'),
};

/** The same events from Langfuse v3 and v4. */
export const langfuseClickHousePosthog: Preset = {
  ...langfuseSetup,
  ...LANGFUSE_EVENTS,
  source: 'langfuse-clickhouse',
  pipeline: shippedFile('langfuse-v3-to-posthog.yaml'),
  demos: [...demosOf('v3'), ...demosOf('v4')],
};

/** The traces, observations and scores of Langfuse v2 as the events of PostHog's AI observability. */
export const langfusePosthogAi: Preset = {
  ...langfuseSetup,
  ...AI_EVENTS,
  source: 'langfuse-postgres',
  pipeline: shippedFile('langfuse-to-posthog-ai.yaml'),
};

/** The same events from Langfuse v3 and v4. */
export const langfuseClickHousePosthogAi: Preset = {
  ...langfuseSetup,
  ...AI_EVENTS,
  source: 'langfuse-clickhouse',
  pipeline: shippedFile('langfuse-v3-to-posthog-ai.yaml'),
};
