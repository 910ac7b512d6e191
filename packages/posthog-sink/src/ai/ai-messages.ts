import type { JsonObject, JsonValue } from '@sluice/core/adapter';

/**
 * A prompt or an answer as the list of messages that PostHog's conversation view shows: the messages of a chat as they
 * are, also below `messages` or `choices`; anything else as the content of one message with the role.
 */
export function aiMessages(value: NonNullable<JsonValue>, role: string): JsonValue {
  return messagesIn(value) ?? [{ role, content: typeof value === 'string' ? value : JSON.stringify(value) }];
}

function messagesIn(value: NonNullable<JsonValue>): readonly JsonValue[] | undefined {
  if (isList(value)) return value.length > 0 && value.every(isMessage) ? value : undefined;
  if (typeof value !== 'object') return undefined;
  if (isMessage(value)) return [value];
  const { messages, choices } = value;
  if (messages !== undefined && messages !== null && isList(messages)) return messagesIn(messages);
  if (choices === undefined || choices === null || !isList(choices)) return undefined;
  return messagesIn(choices.map((choice) => (isObject(choice) ? (choice['message'] ?? null) : null)));
}

function isMessage(value: JsonValue): boolean {
  return isObject(value) && typeof value['role'] === 'string';
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
