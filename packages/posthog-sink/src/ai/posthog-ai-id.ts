import { createHash } from 'node:crypto';

/** The characters of trace and session ids: https://posthog.com/docs/ai-observability/traces */
const ACCEPTED = /^[A-Za-z0-9\-_~.@()!':|]+$/u;
const NAMESPACE = Buffer.from('6f2b7c1e9d3a5e4c8b17a4d05c9e2f63', 'hex');

/** The text itself if PostHog accepts it as the id of a trace, session or span; else its name-based uuid (version 5). */
export function posthogAiId(text: string): string {
  return ACCEPTED.test(text) ? text : uuid5(text);
}

function uuid5(name: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(name, 'utf8').digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5');
}
