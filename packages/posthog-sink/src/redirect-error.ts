import { RefusedError } from '@sluice/core/adapter';
import type { PosthogAnswer } from './posthog-answer.js';

const ITSELF = 'set host to the address of PostHog itself, or let the proxy in front of it pass such requests on';

/** The last parts of PostHog's paths, after which a proxy's own path begins. */
const ENDPOINT = /\/(?:i\/v1\/analytics\/events|batch|flags|array\/[^/]+\/config\.js)$/;

/**
 * Pure: what a redirect means. It is a matter of configuration, which a later attempt does not change. Following it would
 * lose events: most clients and proxies turn a redirected POST into a GET. Queries, users and passwords of addresses are
 * left out: they can be secret.
 */
export function redirectError({ status, url, location }: PosthogAnswer): RefusedError {
  const asked = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  if (location === undefined || !URL.canParse(location, asked?.href)) {
    return refused(`the host redirects without a valid address (${status}): ${ITSELF}`);
  }
  const target = new URL(location, asked?.href);
  if (asked === undefined) return refused(`the host redirects to ${placeOf(target)} (${status}): ${ITSELF}`);
  const way =
    target.origin === asked.origin
      ? `${asked.pathname} → ${target.pathname}`
      : `${placeOf(asked)} → ${placeOf(target)}`;
  return refused(`the host redirects ${way} (${status}): ${adviceFor(asked, target)}`);
}

function adviceFor(asked: URL, target: URL): string {
  if (placeOf(target) === placeOf(asked)) return 'correct the proxy in front of PostHog: it redirects in a circle';
  const [from, to] = [withoutSlash(placeOf(asked)), withoutSlash(placeOf(target))];
  if (from === to) {
    return `let the proxy in front of PostHog pass ${asked.pathname} on unchanged (Next.js: skipTrailingSlashRedirect: true)`;
  }
  const endpoint = ENDPOINT.exec(from)?.[0] ?? '';
  return endpoint !== '' && to.endsWith(endpoint) ? `set host to ${to.slice(0, -endpoint.length)}` : ITSELF;
}

function placeOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

function withoutSlash(place: string): string {
  return place.replace(/\/+$/, '');
}

function refused(message: string): RefusedError {
  return new RefusedError('restricted', message);
}
