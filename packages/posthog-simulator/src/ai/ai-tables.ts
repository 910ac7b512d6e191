import { deduplicationKey, type ReceivedEvent } from '../received-event.js';
import { isAiEvent } from './ai-event-names.js';
import { aiRow, withoutContent, type AiRow } from './ai-row.js';
import type { ModelPrices } from './model-prices.js';
import { processAiEvent } from './process-ai-event.js';
import type { AiIngestionWarning } from './token-counts.js';

/** Where PostHog keeps `$ai_*` events. Both tables have the same columns here. */
export interface AiTables {
  /**
   * `ai_events`: a row for every receipt, in the order of arrival, which nothing merges; gone 30 days after the day of the
   * event. Source: PostHog, `posthog/models/ai_events/sql.py`: a plain MergeTree with a TTL on `drop_date`. A real server
   * drops whole parts, so later.
   */
  readonly aiEvents: readonly AiRow[];
  /** `events`: the last received of each deduplication key, for ever, without the content. */
  readonly events: readonly AiRow[];
  readonly warnings: readonly AiIngestionWarning[];
  /** PostHog's clock, in epoch milliseconds. */
  readonly nowMs: number;
}

const DAY_MS = 86_400_000;
export const CONTENT_DAYS = 30;

/** Stores the `$ai_*` events among those that were received. */
export function aiTables(
  received: readonly ReceivedEvent[],
  { nowMs, prices }: { readonly nowMs: number; readonly prices: ModelPrices },
): AiTables {
  const warnings: AiIngestionWarning[] = [];
  const processed = received
    .filter(({ event }) => isAiEvent(event))
    .map((event) => processAiEvent(event, prices, (warning) => warnings.push(warning)));
  const newest = new Map(processed.map((event) => [deduplicationKey(event), event]));
  return {
    aiEvents: processed.map(aiRow).filter(({ timestamp }) => isKept(timestamp, nowMs)),
    events: [...newest.values()].map((event) => aiRow({ ...event, properties: withoutContent(event.properties) })),
    warnings,
    nowMs,
  };
}

function isKept(timestamp: string, nowMs: number): boolean {
  const day = Date.parse(timestamp.slice(0, 10));
  return day + CONTENT_DAYS * DAY_MS > nowMs;
}
