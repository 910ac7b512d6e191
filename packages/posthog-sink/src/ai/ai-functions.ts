import type { MappingFunction } from '@sluice/core/adapter';
import { aiMessages } from './ai-messages.js';
import { modelProvider } from './model-provider.js';
import { posthogAiId } from './posthog-ai-id.js';

/** What mappings to PostHog's AI events need besides the functions of the language. */
export const AI_FUNCTIONS: readonly MappingFunction[] = [
  {
    name: 'posthogAiId',
    doc: 'An id as PostHog accepts it for traces, sessions and spans: the text itself, or its uuid if it has a character that PostHog does not accept.',
    parameters: [{ name: 'id', type: 'text' }],
    result: 'text',
    evaluate: (id) => (typeof id === 'string' && id !== '' ? posthogAiId(id) : null),
  },
  {
    name: 'modelProvider',
    doc: 'The provider of a model, by the start of its name; null if it is unknown. `own` adds to the table that ships, and wins over it: `acme-=acme, gpt-=azure`.',
    parameters: [
      { name: 'model', type: 'text' },
      { name: 'own', type: 'text' },
    ],
    result: 'text',
    evaluate: (model, own) => (typeof model === 'string' && typeof own === 'string' ? modelProvider(model, own) : null),
  },
  {
    name: 'posthogAiMessages',
    doc: 'A prompt or an answer as a list of messages: those of a chat as they are, anything else as one message with the role.',
    parameters: [
      { name: 'value', type: 'json' },
      { name: 'role', type: 'text' },
    ],
    result: 'json',
    evaluate: (value, role) => (typeof role === 'string' ? aiMessages(value, role) : null),
  },
];
