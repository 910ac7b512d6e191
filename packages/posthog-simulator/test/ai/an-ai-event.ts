import { aUuid } from '@sluice/testkit';
import { AiPages, type ReceivedEvent } from '@sluice/posthog-simulator';
import { aiTables } from '#src/ai/ai-tables.js';

/** PostHog's clock. */
export const NOW = Date.UTC(2026, 0, 20, 12);

interface EventOverrides {
  readonly uuid?: number;
  readonly time?: string;
  readonly distinctId?: string;
  readonly properties?: ReceivedEvent['properties'];
}

/** An event of the trace `t` on 15 January 2026. */
export function anAiEvent(event: string, overrides: EventOverrides = {}): ReceivedEvent {
  const { uuid = 1, time = '2026-01-15T09:00:00.000Z', distinctId = 'user-1', properties = {} } = overrides;
  return {
    event,
    distinctId,
    uuid: aUuid(uuid),
    timestamp: time,
    properties: { $ai_trace_id: 't', ...properties },
    protocol: 'v0',
    historical: false,
  };
}

const PRICES = { 'gpt-4o': { input: 0.1, output: 1 }, 'gpt-4o-mini': { input: 0.01, output: 0.1 } };

export function aiPagesOf(...received: readonly ReceivedEvent[]): AiPages {
  return new AiPages(aiTables(received, { nowMs: NOW, prices: PRICES }));
}

/** The properties of an event as PostHog stores it. */
export function stored(event: string, properties: ReceivedEvent['properties']): ReceivedEvent['properties'] {
  const { properties: all = {} } = aiPagesOf(anAiEvent(event, { properties })).tables.aiEvents[0] ?? {};
  const { $ai_trace_id: _traceId, ...others } = all;
  return others;
}
