import { RefusedError } from '@sluice/core/adapter';
import type { HttpAnswer } from './http-answer.js';
import type { HttpPeer } from './http-peer.js';

/**
 * Pure: what a redirect means. It is a matter of configuration, which a later attempt does not change. Following it would
 * lose events: most clients and proxies turn a redirected POST into a GET. Queries, users and passwords of addresses are
 * left out: they can be secret.
 */
export function redirectError({ status, url, path, location }: HttpAnswer, peer: HttpPeer): RefusedError {
  const asked = url !== undefined && URL.canParse(url) ? new URL(url) : undefined;
  if (location === undefined || !URL.canParse(location, asked?.href)) {
    return refused(`the host redirects without a valid address (${status}): ${itself(peer)}`);
  }
  const target = new URL(location, asked?.href);
  if (asked === undefined) return refused(`the host redirects to ${placeOf(target)} (${status}): ${itself(peer)}`);
  const way =
    target.origin === asked.origin
      ? `${asked.pathname} → ${target.pathname}`
      : `${placeOf(asked)} → ${placeOf(target)}`;
  return refused(`the host redirects ${way} (${status}): ${adviceFor(asked, target, path, peer)}`);
}

function adviceFor(asked: URL, target: URL, path: string | undefined, peer: HttpPeer): string {
  if (placeOf(target) === placeOf(asked)) {
    return `correct the proxy in front of ${peer.name}: it redirects requests to the same address`;
  }
  const [from, to] = [withoutSlash(placeOf(asked)), withoutSlash(placeOf(target))];
  if (from === to) {
    return `let the proxy in front of ${peer.name} pass ${asked.pathname} on unchanged (Next.js: skipTrailingSlashRedirect: true)`;
  }
  // Behind it, a proxy's own path would begin.
  const endpoint = withoutSlash(path?.replace(/[?#].*$/, '') ?? '');
  const isSamePlace = endpoint !== '' && from.endsWith(endpoint) && to.endsWith(endpoint);
  return isSamePlace ? `set ${peer.addressOption} to ${to.slice(0, -endpoint.length)}` : itself(peer);
}

function itself({ name, addressOption }: HttpPeer): string {
  return `set ${addressOption} to the address of ${name} itself, or configure the proxy in front of it to pass such requests on`;
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
