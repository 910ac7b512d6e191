/** What a `url` of the configuration says. */
export interface ClickHouseAddress {
  /** `https://db.example.com:8443`: without user, database and path. */
  readonly origin: string;
  /** `db.example.com:8443`. */
  readonly host: string;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

const PORTS: Readonly<Record<string, string>> = { 'http:': '8123', 'https:': '8443' };

/** The ports of ClickHouse's own protocols, which are not HTTP. */
const OTHER_PORTS: Readonly<Record<string, string>> = { 9000: '8123', 9440: '8443', 9004: '8123', 9005: '8123' };

const FORM = 'write https://user:password@host:8443/database';

/** Reads `https://user:password@host:8443/database`. A problem names no part of the text: it may hold the password. */
export function parseClickHouseUrl(text: string): ClickHouseAddress | { readonly problem: string } {
  if (!/^https?:\/\//i.test(text)) return { problem: `must begin with https:// or http://: ${FORM}` };
  if (!URL.canParse(text)) {
    return { problem: `is not an address: ${FORM}, with a special character of the password as in %40 for @` };
  }
  const url = new URL(text);
  if (url.search !== '' || url.hash !== '') return { problem: `must not have anything after the database: ${FORM}` };
  const path = url.pathname.split('/').filter((part) => part !== '');
  if (path.length > 1) return { problem: `must have one name after the host, the database: ${FORM}` };
  // A URL drops the default port of its protocol, which is written down for a proxy.
  const isDefault = /^[^/]*\/\/(?:[^/]*@)?[^/]*:(?:80|443)(?:\/|$)/.test(text);
  const port = url.port === '' && !isDefault ? PORTS[url.protocol] : url.port;
  const better = OTHER_PORTS[url.port];
  if (better !== undefined)
    return { problem: `has the port of another protocol: use port ${better}, which is for HTTP` };
  const host = port === '' || port === undefined ? url.hostname : `${url.hostname}:${port}`;
  const parts = [url.username, url.password, path[0] ?? ''].map(decoded);
  if (parts.includes(undefined))
    return { problem: 'has a % that is not followed by two hexadecimal digits: write % as %25' };
  const [user = '', password = '', database = ''] = parts;
  return {
    origin: `${url.protocol}//${host}`,
    host,
    database: database === '' ? 'default' : database,
    user: user === '' ? 'default' : user,
    password,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
