import type { JsonObject } from '@sluice/core/adapter';
import { isJsonObject } from './json-shape.js';
import { messageBytes, type SizeLimits } from './simulator-options.js';

/** What PostHog asks of an event, which depends on the route that it arrives by. */
export interface Lane {
  readonly limits: SizeLimits;
  /** The size that `limits.maxEventBytes` limits. */
  bytesOf(event: JsonObject): number;
  takes(name: string): boolean;
  /** Why v1 drops an event that is too large. */
  readonly tooBig: string;
}

const MIB = 1_048_576;

/** The names that PostHog's pipeline for AI events takes. Source: PostHog, `posthog/hogql_queries/ai`, `AI_EVENT_NAMES`. */
const AI_EVENTS: ReadonlySet<string> = new Set([
  '$ai_generation',
  '$ai_embedding',
  '$ai_span',
  '$ai_trace',
  '$ai_metric',
  '$ai_feedback',
  '$ai_evaluation',
]);

function ordinary(limits: Pick<SizeLimits, 'maxWireBytes' | 'maxBodyBytes'>): Lane {
  return {
    limits: { ...limits, maxEventBytes: 1_000_000 },
    bytesOf: messageBytes,
    takes: () => true,
    tooBig: 'event_too_big',
  };
}

/** Source: PostHog, `rust/capture/src/config.rs`, `ai_max_event_bytes`. */
function ai(limits: Pick<SizeLimits, 'maxWireBytes' | 'maxBodyBytes'>, bytesOf: Lane['bytesOf']): Lane {
  return {
    limits: { ...limits, maxEventBytes: 8 * MIB },
    bytesOf,
    takes: (name) => AI_EVENTS.has(name),
    tooBig: 'ai_event_too_big',
  };
}

const V0_BODIES = { maxWireBytes: 20 * MIB, maxBodyBytes: 100 * MIB };
const V1_BODIES = { maxWireBytes: 10 * MIB, maxBodyBytes: 50 * MIB };

/** Source: PostHog, `rust/capture`. */
export const LANES: Readonly<Record<'v0' | 'v1', Readonly<Record<'ordinary' | 'ai', Lane>>>> = {
  v0: { ordinary: ordinary(V0_BODIES), ai: ai(V0_BODIES, bytesOfJson) },
  v1: {
    ordinary: ordinary(V1_BODIES),
    ai: ai(V1_BODIES, ({ properties }) => (isJsonObject(properties) ? bytesOfJson(properties) : 0)),
  },
};

function bytesOfJson(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}
