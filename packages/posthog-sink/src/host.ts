/** Where requests go: an origin, with a path when PostHog stands behind a proxy's path. No trailing slash. */
export interface Host {
  readonly kind: 'host';
  readonly url: string;
  /** What was repaired, for the log. */
  readonly notice?: string;
}

export interface HostProblem {
  readonly kind: 'problem';
  readonly message: string;
}

/** People paste what their browser shows; PostHog takes events in elsewhere. */
const INGESTION_HOSTS: Readonly<Record<string, string>> = {
  'app.posthog.com': 'https://us.i.posthog.com',
  'us.posthog.com': 'https://us.i.posthog.com',
  'us-assets.i.posthog.com': 'https://us.i.posthog.com',
  'eu.posthog.com': 'https://eu.i.posthog.com',
  'eu-assets.i.posthog.com': 'https://eu.i.posthog.com',
};

const OTHER_REGION: Readonly<Record<string, string>> = {
  'us.i.posthog.com': 'eu.i.posthog.com',
  'eu.i.posthog.com': 'us.i.posthog.com',
};

/** First parts of paths of PostHog's user interface and of its API: never where a proxy puts PostHog. */
const KNOWN_PATHS = new Set(
  'project projects settings home insights dashboard events persons login signup organization api batch e i capture track engage decide flags array static'.split(
    ' ',
  ),
);

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The other region of PostHog's cloud, where a key that this one does not know may belong. */
export function otherRegion(url: string): string | undefined {
  const { hostname, protocol } = new URL(url);
  const other = OTHER_REGION[hostname];
  return other === undefined ? undefined : `${protocol}//${other}`;
}

export function normaliseHost(text: string): Host | HostProblem {
  const trimmed = text.trim();
  const url = parse(trimmed);
  if (url === undefined) return problem(`not an address: write for example https://us.i.posthog.com`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return problem('must begin with https://');
  if (url.username !== '' || url.password !== '') return problem('must not hold a user name or a password');
  const hostname = url.hostname.replace(/\.$/, '');
  if (hostname === 'posthog.com' || hostname === 'www.posthog.com') {
    return problem("posthog.com is PostHog's website: use https://us.i.posthog.com or https://eu.i.posthog.com");
  }
  const repaired = INGESTION_HOSTS[hostname] ?? `${url.origin}${keptPath(url)}`;
  const written = trimmed.replace(/\/+$/, '');
  if (repaired === written) return { kind: 'host', url: repaired };
  return { kind: 'host', url: repaired, notice: `events go to ${repaired}: that is where PostHog takes them in` };
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
