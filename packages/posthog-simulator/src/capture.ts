import type { IncomingHttpHeaders } from 'node:http';
import { groupWarning } from './groups.js';
import { decompressedV0, decompressedV1, parsedJson } from './parse-body.js';
import { tokenProblem } from './project-token.js';
import type { ReceivedEvent } from './received-event.js';
import { AnswerError, jsonAnswer, textAnswer, type SimulatorAnswer } from './simulator-answer.js';
import type { PartialFault } from './simulator-fault.js';
import { LANES, type Lane } from './lane.js';
import type { PosthogSimulatorOptions } from './simulator-options.js';
import { skewMs } from './stored-timestamp.js';
import { v0Batch } from './v0-batch.js';
import { inV1Words, requireV1Headers, v1Refusal, v1Results, type V1Result } from './v1-batch.js';

/** The simulator's state that a request for events depends on. */
export interface CaptureContext {
  /** Whether the request came to the route for AI events. */
  readonly route: 'ordinary' | 'ai';
  readonly options: PosthogSimulatorOptions;
  readonly nowMs: number;
  readonly isKnown: (token: string) => boolean;
  readonly quotaExceeded: boolean;
  readonly partial: PartialFault | undefined;
  readonly store: (event: ReceivedEvent) => void;
  /** Records an event that is answered as accepted and not stored. */
  readonly lose: (event: ReceivedEvent) => void;
}

/** PostHog's answer to `POST /batch/` or `/i/v0/ai/batch/`, for the request as a whole. */
export function captureV0(wire: Buffer, context: CaptureContext): SimulatorAnswer {
  const { options, nowMs, isKnown, quotaExceeded, store, lose } = context;
  const lane = laneOf('v0', context);
  const { limits } = lane;
  if (wire.length > limits.maxWireBytes) return textAnswer(413, 'request body too large');
  const body = decompressedV0(wire);
  if (body.length > limits.maxBodyBytes) return textAnswer(413, 'maximum event size exceeded');
  const { token, events } = v0Batch(parsedJson(body), { nowMs, lane });
  const isProject = isKnown(token);
  if (!isProject && options.unknownKeys === 'refused') return textAnswer(401, 'API key is not valid: unknown');
  if (events.some((event) => options.isPoison?.(event) === true)) {
    return textAnswer(400, 'invalid event could not be processed');
  }
  for (const event of events) {
    const isRestricted = options.isRestricted?.(event) === true;
    const isLost = !isProject || quotaExceeded || isRestricted || groupWarning(event) !== undefined;
    (isLost || event.event === '$performance_event' ? lose : store)(event);
  }
  return jsonAnswer(200, { status: 'Ok' });
}

/** PostHog's answer to `POST /i/v1/analytics/events` or `/i/v1/ai/events`, with a result for each event. */
export function captureV1(wire: Buffer, headers: IncomingHttpHeaders, context: CaptureContext): SimulatorAnswer {
  const { options, isKnown, nowMs } = context;
  const lane = laneOf('v1', context);
  const { limits } = lane;
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]?.trim() ?? '';
  if (tokenProblem(token) !== undefined) throw v1Refusal(401, 'invalid_api_token');
  const skew = skewMs(requireV1Headers(headers)['posthog-request-timestamp'], nowMs);
  if (!isKnown(token) && options.unknownKeys === 'refused') throw v1Refusal(401, 'invalid_api_token');
  if (wire.length > limits.maxWireBytes) throw v1Refusal(413, 'payload_too_large');
  const body = inV1Words('request_decoding_error', () => decompressedV1(wire, headers['content-encoding']));
  if (body === undefined) throw v1Refusal(415, 'unsupported_encoding');
  if (body.length === 0) throw v1Refusal(400, 'empty_body');
  if (body.length > limits.maxBodyBytes) throw v1Refusal(413, 'payload_too_large');
  const parsed = inV1Words('request_parsing_error', () => parsedJson(body));
  const results = v1Results(parsed, { nowMs, skewMs: skew, lane }).flatMap((result, index) =>
    wordOn(result, index, isKnown(token), context),
  );
  const asksAgain = results.some(([, { result }]) => result === 'retry');
  return jsonAnswer(200, { results: Object.fromEntries(results) }, asksAgain ? { 'retry-after': '1' } : {});
}

type Word = readonly [uuid: string, { readonly result: string; readonly details?: string }];

function wordOn(
  { uuid, outcome }: V1Result,
  index: number,
  isProject: boolean,
  { options, quotaExceeded, partial, store, lose }: CaptureContext,
): readonly Word[] {
  const drop = (details: string): readonly Word[] => [[uuid, { result: 'drop', details }]];
  if (outcome.kind === 'drop') return drop(outcome.details);
  const { event } = outcome;
  if (options.isPoison?.(event) === true) return drop('rejected');
  if (options.isRestricted?.(event) === true) return drop('event_restriction_drop');
  if (quotaExceeded) return drop('billing_limit_exceeded');
  const isHit = partial !== undefined && (index + 1) % partial.every === 0;
  if (isHit && partial.word === 'retry') return [[uuid, { result: 'retry', details: 'not_persisted' }]];
  if (isHit && partial.word === 'throttled') return drop('ai_byte_rate_limited');
  (isProject && groupWarning(event) === undefined ? store : lose)(event);
  if (isHit && partial.word === 'none') return [];
  if (isHit) return [[uuid, { result: 'warning', details: 'person_processing_disabled' }]];
  return [[uuid, outcome.details === undefined ? { result: 'ok' } : { result: 'ok', details: outcome.details }]];
}

function laneOf(protocol: 'v0' | 'v1', { route, options }: CaptureContext): Lane {
  const lane = LANES[protocol][route];
  return { ...lane, limits: { ...lane.limits, ...options.limits } };
}

/** The answer of `handle`, or the one that it throws. */
export function answerOf(handle: () => SimulatorAnswer): SimulatorAnswer {
  try {
    return handle();
  } catch (error) {
    if (error instanceof AnswerError) return error.answer;
    throw error;
  }
}
