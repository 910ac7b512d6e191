/** Where requests go: an origin, with a path when PostHog stands behind a proxy's path. No trailing slash. */
export interface Host {
  readonly kind: 'host';
  readonly url: string;
  /** What was corrected, for the log. */
  readonly notice?: string;
}

export interface HostProblem {
  readonly kind: 'problem';
  readonly message: string;
}

/** Where PostHog's cloud takes events in. */
export const REGIONS = { us: 'https://us.i.posthog.com', eu: 'https://eu.i.posthog.com' } as const;

/** People paste the address that their browser shows; events go to another one. */
const INGESTION_HOSTS: Readonly<Record<string, string>> = {
  'app.posthog.com': REGIONS.us,
  'us.posthog.com': REGIONS.us,
  'us-assets.i.posthog.com': REGIONS.us,
  'eu.posthog.com': REGIONS.eu,
  'eu-assets.i.posthog.com': REGIONS.eu,
};

/** First path segments of PostHog's user interface and API: no proxy serves PostHog below one of them. */
const KNOWN_PATHS = new Set(
  'project projects settings home insights dashboard events persons login signup organization api batch e i capture track engage decide flags array static'.split(
    ' ',
  ),
);

/** A URL may have other characters in its host, such as a quotation mark; no host has. */
const HOSTNAME = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/;

/** Rather a region than the name of a machine, which may be written with its scheme or port. */
const BARE_WORD = /^[a-z0-9_-]+$/i;

/** The other region of PostHog's cloud: a key that is unknown here may belong there. */
export function otherRegion(url: string): string | undefined {
  const { protocol, host } = new URL(url);
  const [us, eu] = [new URL(REGIONS.us).host, new URL(REGIONS.eu).host];
  if (host !== us && host !== eu) return undefined;
  return `${protocol}//${host === us ? eu : us}`;
}

/** Where people open the PostHog that takes events in at an address. A self-hosted one has a single address. */
export function appAddress(url: string): string {
  const { protocol, host, origin } = new URL(url);
  return host.endsWith('.i.posthog.com') ? `${protocol}//${host.replace('.i.', '.')}` : origin;
}

export function normaliseHost(text: string): Host | HostProblem {
  const trimmed = text.trim();
  if (/ph[cxs]_/i.test(trimmed)) return problem('holds a key: write the address here, and the key as apiKey');
  if (/^["'`\u201c\u201d]/u.test(trimmed)) return problem('begins with a quotation mark: remove the quotes');
  const region = Object.entries(REGIONS).find(([name]) => name === trimmed.toLowerCase());
  if (region !== undefined) return { kind: 'host', url: region[1], notice: `events go to ${region[1]}` };
  if (BARE_WORD.test(trimmed) && trimmed !== 'localhost') {
    return problem(`"${trimmed}" is neither us nor eu nor an address: write, for example, ${REGIONS.eu}`);
  }
  const url = parse(trimmed);
  if (url === undefined) return problem(`not an address: write, for example, ${REGIONS.us}`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return problem('must begin with https://');
  if (url.username !== '' || url.password !== '') return problem('must not contain a user name or a password');
  const hostname = url.hostname.replace(/\.$/, '');
  if (!HOSTNAME.test(hostname)) return problem(`not an address: write, for example, ${REGIONS.us}`);
  if (hostname === 'https' || hostname === 'http') {
    return problem(`must begin with ${hostname}://, with the colon and both slashes`);
  }
  if (hostname === 'posthog.com' || hostname === 'www.posthog.com') {
    return problem(`posthog.com is PostHog's website: write us or eu, the region of the project`);
  }
  const corrected = INGESTION_HOSTS[hostname] ?? `${url.origin}${keptPath(url)}`;
  const written = trimmed.replace(/\/+$/, '');
  if (corrected === written) return { kind: 'host', url: corrected };
  return { kind: 'host', url: corrected, notice: `events go to ${corrected}, where PostHog receives them` };
}

function parse(text: string): URL | undefined {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const scheme = /^(localhost|127\.|\[::1\])/.test(text) ? 'http' : 'https';
  const address = hasScheme ? text : `${scheme}://${text}`;
  return text !== '' && URL.canParse(address) ? new URL(address) : undefined;
}

function keptPath(url: URL): string {
  const path = url.pathname.replace(/\/+$/, '');
  const first = path.split('/')[1] ?? '';
  return KNOWN_PATHS.has(first) || url.hostname.endsWith('.posthog.com') ? '' : path;
}

function problem(message: string): HostProblem {
  return { kind: 'problem', message };
}
