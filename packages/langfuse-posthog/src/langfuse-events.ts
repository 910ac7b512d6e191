import type { Preset } from '@sluice/core/preset';
import { shippedFile } from './shipped-file.js';

type Events = Pick<Preset, 'events' | 'mapping' | 'example'>;

/** The events of Langfuse's own PostHog integration. */
export const LANGFUSE_EVENTS: Events = {
  events: { name: 'langfuse', label: "Langfuse's own: langfuse trace, langfuse generation and langfuse score" },
  mapping: mappingOf('mappings/langfuse-posthog.yaml'),
  example: `events:
  - event: langfuse trace
    properties:
      team: { const: search } # a literal
      langfuse_public: public # a field of the trace`,
};

/** The events of PostHog's AI observability. */
export const AI_EVENTS: Events = {
  events: { name: 'ai', label: "PostHog's AI events: for its pages of traces, sessions, errors and costs" },
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
