import { API_VERSION } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import { AI_REPEATS } from './ai/ai-events.js';
import { AI_FUNCTIONS } from './ai/ai-functions.js';
import { posthogSinkConfig, type PosthogSinkConfig } from './config.js';
import { posthogEventSchema } from './event-schema.js';
import { PosthogSink } from './posthog-sink.js';
import { posthogSetup } from './setup.js';

export const posthogSink: SinkDefinition<PosthogSinkConfig> = {
  apiVersion: API_VERSION,
  kind: 'sink',
  type: 'posthog',
  doc: 'Delivers events to PostHog, cloud or self-hosted.',
  config: posthogSinkConfig,
  eventSchema: posthogEventSchema,
  functions: AI_FUNCTIONS,
  repeats: () => ({ effect: 'replace', byEvent: AI_REPEATS }),
  setup: posthogSetup,
  previewVariants: [
    { name: 'v0', with: { protocol: 'v0' } },
    { name: 'v1', with: { protocol: 'v1' } },
  ],
  create: (config, context) => {
    if (config.host.notice !== undefined) context.logger.warn({ host: config.host.url }, config.host.notice);
    return new PosthogSink(config, context);
  },
};
