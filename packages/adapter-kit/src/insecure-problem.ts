import { isLoopback } from './is-loopback.js';

/**
 * Pure: why something may not travel to an address: by plain http to another machine, unless that is allowed. Undefined if
 * it may. `what` is the subject of the message: `the project key`.
 */
export function insecureProblem(url: string, what: string, allowInsecure: boolean): string | undefined {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || allowInsecure || isLoopback(hostname)) return undefined;
  return `${what} would travel unencrypted: use https, or set allowInsecure: true on a network you trust`;
}
