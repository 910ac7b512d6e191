/**
 * Kafka accepts messages of 1,000,000 bytes by default. PostHog adds person properties to an event and silently drops a
 * message that then exceeds the limit. Its message holds the event's JSON inside a JSON text, in which every quotation
 * mark and every backslash counts twice.
 */
export const MAX_EVENT_BYTES = 900_000;

/** The rest of the message: token, ids, times. */
const ENVELOPE_BYTES = 2_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The size of an event in PostHog's message, from its JSON and the size of that in bytes of UTF-8. */
function messageBytes(json: string, jsonBytes: number): number {
  let escapes = 0;
  for (let index = 0; index < json.length; index += 1) {
    const unit = json.charCodeAt(index);
    if (unit === QUOTE || unit === BACKSLASH) escapes += 1;
  }
  return ENVELOPE_BYTES + jsonBytes + escapes + 2;
}

export function fitsMessage(json: string, jsonBytes: number): boolean {
  return fitsWithAnyText(jsonBytes) || messageBytes(json, jsonBytes) <= MAX_EVENT_BYTES;
}

/** Whether an event of this size fits even if every byte counts twice. */
export function fitsWithAnyText(jsonBytes: number): boolean {
  return ENVELOPE_BYTES + 2 * jsonBytes + 2 <= MAX_EVENT_BYTES;
}
