const HONOURED = new Set(
  `host port dbname user password options schema target_session_attrs load_balance_hosts application_name
  fallback_application_name client_encoding connect_timeout connection_limit keepalives keepalives_idle gssencmode
  channel_binding ssl sslmode sslaccept sslnegotiation sslrootcert sslcert sslkey sslpassword sslsni
  ssl_min_protocol_version ssl_max_protocol_version`.split(/\s+/),
);

/** They concern another client's pool or statement cache, or are marks of a hosting service. */
const WITHOUT_EFFECT = new Set(
  'pgbouncer pool_timeout socket_timeout statement_cache_size uselibpqcompat supa workaround'.split(' '),
);

/** What to do instead of using some of the parameters that are refused. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/^passfile$/, 'put the password in url, for example with ${file:…}'],
  [/^service/, 'put host, port and database in url'],
  [/^sslidentity$/, 'use sslcert and sslkey'],
  [/^(?:statement|lock|query)_timeout$/, 'use the timeout options of the adapter'],
  [/^(?:keepalives|tcp)_/, 'Node.js cannot set it; remove it'],
];

/** Why a URL is refused, as the predicate of a sentence about it. It never quotes a value of the URL. */
export class UrlProblem extends Error {}

/** The parameters after the question mark. A plus sign is a plus sign, as in libpq. */
export class UrlParameters {
  readonly #values = new Map<string, string>();

  constructor(query: string) {
    for (const [index, pair] of query.split('&').entries()) {
      const [name = '', ...value] = pair.split('=');
      if (pair === '') continue;
      if (this.#values.has(name)) throw new UrlProblem(`has ${name} twice: keep one of them`);
      if (!HONOURED.has(name) && !WITHOUT_EFFECT.has(name)) {
        const instead = INSTEAD.find(([pattern]) => pattern.test(name))?.[1] ?? 'remove it';
        // Part of a password that was not percent-encoded could be taken for a name.
        const isPublic = value.length > 0 && /^[A-Za-z_]{1,40}$/.test(name) && !/(?:^|&)(?:ssl)?password=/.test(query);
        throw new UrlProblem(`has the unsupported parameter ${isPublic ? name : `number ${index + 1}`}: ${instead}`);
      }
      this.#values.set(name, decodeURIComponent(value.join('=')));
    }
  }

  /** The value, or undefined when it is absent or empty. */
  text(name: string): string | undefined {
    return this.#values.get(name) || undefined;
  }

  /** One of the given values, or the first when there is none. */
  choice<Value extends string>(name: string, values: readonly [Value, ...Value[]]): Value {
    const given = this.text(name) ?? values[0];
    const found = values.find((value) => value === given);
    if (found === undefined) throw new UrlProblem(`has an unknown ${name}: use one of ${values.join(', ')}`);
    return found;
  }

  /** A whole number of at least `least`. */
  number(name: string, least: number): number | undefined {
    const given = this.text(name);
    if (given === undefined) return undefined;
    if (/^\d{1,6}$/.test(given) && Number(given) >= least) return Number(given);
    throw new UrlProblem(`has a ${name} that is not a whole number of at least ${least}`);
  }
}
