import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@sluice/core/adapter';
import { isJsonObject, textAt } from './json-shape.js';
import type { Lane } from './lane.js';
import { skewMs, storedTimestamp, UUID } from './stored-timestamp.js';
import { tokenProblem } from './project-token.js';
import type { ReceivedEvent } from './received-event.js';
import { AnswerError, textAnswer } from './simulator-answer.js';

export interface V0Batch {
  readonly token: string;
  readonly events: readonly ReceivedEvent[];
}

const MAX_DISTINCT_ID_CHARACTERS = 200;

interface V0Context {
  readonly nowMs: number;
  readonly lane: Lane;
}

/** The events of a request to v0. Throws the answer that refuses the whole request. */
export function v0Batch(body: unknown, context: V0Context): V0Batch {
  const list = Array.isArray(body) ? body : isJsonObject(body) ? (body['batch'] ?? [body]) : [];
  if (!Array.isArray(list)) throw refused('failed to parse request: batch is not a list');
  const envelope = isJsonObject(body) ? body : list.find(isJsonObject);
  const token = (textAt(envelope, 'api_key') || textAt(envelope, 'token')).trim();
  if (token === '') throw refused('event submitted without an api_key', 401);
  const problem = tokenProblem(token);
  if (problem !== undefined) throw refused(`API key is not valid: ${problem}`, 401);
  if (list.length === 0) throw refused('request holds no event');
  const tokens = list.map((event: unknown) => textAt(event, 'api_key').trim()).filter((each) => each !== '');
  if (tokens.some((each) => each !== token)) throw refused('batch submitted with inconsistent api_key values', 401);
  const historical = isJsonObject(body) && body['historical_migration'] === true;
  const skew = isJsonObject(body) ? skewMs(body['sent_at'], context.nowMs) : 0;
  return { token, events: list.map((event) => storedEvent(event, { ...context, historical, skew })) };
}

function storedEvent(
  event: unknown,
  { nowMs, lane, historical, skew }: V0Context & { readonly historical: boolean; readonly skew: number },
): ReceivedEvent {
  if (!isJsonObject(event)) throw refused('failed to parse request: invalid type, expected an event');
  const { event: name, uuid, timestamp, properties = {} } = event;
  if (typeof name !== 'string') throw refused('failed to parse request: invalid type for event, expected a string');
  if (name === '') throw refused('event submitted with an empty event name');
  if (!isJsonObject(properties)) throw refused('failed to parse request: properties, expected a map');
  const given = uuid ?? '';
  if (typeof given !== 'string' || (given !== '' && !UUID.test(given))) {
    throw refused('failed to parse request: UUID parsing failed');
  }
  if (properties['$cookieless_mode'] !== undefined && typeof properties['$cookieless_mode'] !== 'boolean') {
    throw refused('invalid cookieless mode');
  }
  if (timestamp !== undefined && timestamp !== null && typeof timestamp !== 'string') {
    throw refused('failed to parse request: invalid type for timestamp, expected a string');
  }
  if (!lane.takes(name)) throw refused(`event ${name} is not an AI event`);
  if (lane.bytesOf(event) > lane.limits.maxEventBytes) throw refused('event too big', 413);
  return {
    event: name,
    distinctId: distinctIdOf(event, properties),
    // PostHog gives an event without a uuid a new one at every attempt, and so never recognises a repeat.
    uuid: given === '' ? randomUUID() : given.toLowerCase(),
    timestamp: storedTimestamp(timestamp ?? undefined, nowMs, properties['$ignore_sent_at'] === true ? 0 : skew),
    properties,
    protocol: 'v0',
    historical,
  };
}

/** v0 cuts a long id to 200 characters, which can merge two users. */
function distinctIdOf(event: JsonObject, properties: JsonObject): string {
  const given = event['distinct_id'] ?? properties['distinct_id'] ?? '';
  const text = (typeof given === 'string' ? given : JSON.stringify(given)).replaceAll('\0', '\ufffd');
  if (text.trim() === '') throw refused('event submitted without a distinct_id');
  return Array.from(text).slice(0, MAX_DISTINCT_ID_CHARACTERS).join('');
}

function refused(message: string, status = 400): AnswerError {
  return new AnswerError(textAnswer(status, message));
}
