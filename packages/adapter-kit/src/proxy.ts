import { ConfigError } from '@sluice/core/adapter';
import { isLoopback } from './is-loopback.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  readonly url: URL;
  /** The variable that names it. Messages show this one, since the address may contain a password. */
  readonly variable: string;
}

/**
 * Pure: the proxy for an address, from the environment variables that curl reads: `https_proxy` for https and
 * `http_proxy` for http, else `all_proxy`, each in lower case first. The hosts in `no_proxy`, and always this machine, are
 * reached directly.
 */
export function proxyFor(target: URL, environment: Environment): Proxy | undefined {
  if (isLoopback(target.hostname)) return undefined;
  const scheme = target.protocol.slice(0, -1);
  const variable = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`, 'all_proxy', 'ALL_PROXY'].find(
    (name) => valueOf(environment, name) !== '',
  );
  if (variable === undefined || isExempt(target, environment)) return undefined;
  return { url: proxyUrl(variable, valueOf(environment, variable)), variable };
}

function valueOf(environment: Environment, name: string): string {
  return (environment[name] ?? '').trim();
}

function proxyUrl(variable: string, text: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) throw unusable(variable, 'is not an address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw unusable(
      variable,
      `names a ${url.protocol.slice(0, -1)} proxy, and only http and https proxies are supported`,
    );
  }
  if (!isPercentEncoded(`${url.username}:${url.password}`)) {
    throw unusable(variable, 'has a % in the user name or the password that begins no escape', 'write it as %25');
  }
  return url;
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function unusable(
  variable: string,
  what: string,
  todo = 'write, for example, http://proxy.example.com:3128',
): ConfigError {
  const message = `the environment variable ${variable} ${what}: ${todo}`;
  const place = { file: 'environment', line: 1, column: 1, endLine: 1, endColumn: 1 };
  return new ConfigError([{ ...place, code: 'invalid-proxy', severity: 'error', message }]);
}

/** Entries are `*`, `host`, `.domain` and `*.domain`, with or without a port; a bare name covers its subdomains. */
function isExempt({ hostname, port, protocol }: URL, environment: Environment): boolean {
  const list = valueOf(environment, 'no_proxy') || valueOf(environment, 'NO_PROXY');
  const targetPort = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', entryPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (name === '' || (entryPort !== undefined && entryPort !== targetPort)) return false;
      return hostname === name || hostname.endsWith(`.${name}`);
    });
}
