import type { SinkEventSchema } from '@sluice/core/config';
import { ACME, acmeSchema } from './acme-schema.js';
import { mixpanelSchema } from './mixpanel-schema.js';
import { posthogSchema } from './posthog-schema.js';

const schemas: Readonly<Record<string, SinkEventSchema>> = {
  posthog: posthogSchema,
  mixpanel: mixpanelSchema,
  [ACME]: acmeSchema,
  jsonl: 'any',
};

/** The part of a context that knows them. An installed one is no suggestion. */
export const sinks = {
  eventSchemaOf: (type: string): SinkEventSchema | undefined =>
    Object.hasOwn(schemas, type) ? schemas[type] : undefined,
  knownSinks: ['posthog', 'mixpanel', 'jsonl'],
};
