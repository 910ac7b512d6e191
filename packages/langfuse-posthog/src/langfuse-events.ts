import type { Preset } from '@sluice/core/preset';
import { shippedFile } from './shipped-file.js';

type Events = Pick<Preset, 'events' | 'mapping' | 'example'>;

/** The events of Langfuse's own PostHog integration. */
export const LANGFUSE_EVENTS: Events = {
  events: { name: 'langfuse', label: "those of Langfuse's own integration: langfuse trace, generation and score" },
  mapping: mappingOf('mappings/langfuse-posthog.yaml'),
  example: `events:
  - event: langfuse trace
    properties:
      team: { const: search } # a literal
      langfuse_public: public # a field of the trace`,
};

/** The events of PostHog's AI observability. */
export const AI_EVENTS: Events = {
  events: { name: 'ai', label: "those of PostHog's AI observability: its pages of traces, sessions and costs" },
  mapping: mappingOf('mappings/langfuse-posthog-ai.yaml'),
  example: `events:
  - event: $ai_trace
    properties:
      team: { const: search } # a literal
      langfuse_public: public # a field of the trace`,
};

function mappingOf(file: string): Preset['mapping'] {
  return { specifier: `@sluice/langfuse-posthog/configs/${file}`, path: shippedFile(file) };
}
