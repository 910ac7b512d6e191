import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { RefusedError, TransientError, UnexpectedAnswerError, type AdapterContext } from '@sluice/core/adapter';
import type { Got, RequestError, Response } from 'got';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { connectionError } from './connection-error.js';
import { isSuccess, type HttpAnswer } from './http-answer.js';
import type { HttpPeer } from './http-peer.js';
import { addressOf } from './http-request.js';
import { proxyFor, type Proxy } from './proxy.js';

export interface HttpClientOptions {
  readonly peer: HttpPeer;
  /** The address that the configuration names. Calls add their paths to it. */
  readonly url: string;
  /** How long name lookup, connection and TLS handshake may each take, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How long a whole request may take, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
  /** Takes every secret of the requests out of a text from outside, such as an answer that quotes the request. */
  readonly mask: (text: string) => string;
  /** The same for what a failed connection says. Default: `mask`. */
  readonly maskFailure?: (text: string) => string;
  /** Whether the body of a success is data, in which nothing may be masked. Default: false. */
  readonly isBodyData?: boolean;
}

export interface HttpCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** What follows the client's address, such as `/batch/?strict=1`. Default: nothing. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
}

interface Client {
  readonly request: Got;
  readonly isRequestError: (error: unknown) => error is RequestError;
}

type Agents = ReturnType<typeof createAgents>;

/**
 * Keeps connections open. Where a proxy is set, they are tunnels through it (`CONNECT`). Until a tunnel is open got's own
 * limits have nothing to end, so that the agent needs one.
 */
function createAgents(proxy: Proxy | undefined, { maxConnections, connectTimeoutMs }: HttpClientOptions) {
  const options = { keepAlive: true, maxSockets: maxConnections };
  if (proxy === undefined) return { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const proxied = { ...options, proxy: withBareHost(proxy.url), timeout: connectTimeoutMs };
  return { http: new HttpProxyAgent(proxied), https: new HttpsProxyAgent(proxied) };
}

/** hpagent would look up an IPv6 address with its brackets. */
function withBareHost(url: URL): URL {
  return Object.defineProperty(new URL(url), 'hostname', { value: url.hostname.replaceAll(/^\[|\]$/g, '') });
}

/** got is loaded with the first call: commands without one, such as lint, do not wait for it. */
async function loadClient(
  { connectTimeoutMs, requestTimeoutMs }: HttpClientOptions,
  userAgent: string,
  agent: Agents,
): Promise<Client> {
  const { got, RequestError } = await import('got');
  const request = got.extend({
    agent,
    headers: { 'user-agent': userAgent },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    timeout: {
      lookup: connectTimeoutMs,
      connect: connectTimeoutMs,
      secureConnect: connectTimeoutMs,
      request: requestTimeoutMs,
    },
  });
  return { request, isRequestError: (error) => error instanceof RequestError };
}

/**
 * What ends the right to send is a timer. A process that was frozen until it is due continues what it did, such as
 * compressing a request, before its timers run.
 */
const dueTimersHaveRun = (): Promise<void> => delay(0);

/** The message of hpagent when the proxy refuses the tunnel. */
const PROXY_STATUS = /^Bad response: (\d{3})$/;

const MIB = 1_048_576;
/** Decompressed. An answer for 4,000 events that names each has about 400 kB. */
const MAX_ANSWER_BYTES = 8 * MIB;

/**
 * The HTTP connections to one address. Each call is one attempt, and every HTTP status is an answer, not an error. Follows
 * no redirect. No answer but data, and no error, quotes a secret. What gives no answer is thrown as an error of the contracts.
 */
export class HttpClient {
  readonly url: string;
  readonly proxy: Proxy | undefined;
  readonly #options: HttpClientOptions;
  readonly #userAgent: string;
  readonly #agents: Agents;
  #client: Promise<Client> | undefined;

  constructor(options: HttpClientOptions, context: Pick<AdapterContext, 'environment' | 'redactor' | 'userAgent'>) {
    this.url = options.url;
    this.proxy = proxyFor(new URL(options.url), context.environment);
    if (this.proxy !== undefined && this.proxy.url.password !== '') context.redactor.add(this.proxy.url.href);
    this.#options = options;
    this.#userAgent = context.userAgent;
    this.#agents = createAgents(this.proxy, options);
  }

  async call({ method, path = '', headers, body, signal }: HttpCall): Promise<HttpAnswer> {
    this.#client ??= loadClient(this.#options, this.#userAgent, this.#agents);
    const { request, isRequestError } = await this.#client;
    if (signal !== undefined) await dueTimersHaveRun();
    signal?.throwIfAborted();
    const tooLarge = new AbortController();
    try {
      const asked = request(addressOf(this.url, path), {
        method,
        signal: signal === undefined ? tooLarge.signal : AbortSignal.any([signal, tooLarge.signal]),
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
      });
      void asked.on('downloadProgress', ({ transferred }) => {
        if (transferred > MAX_ANSWER_BYTES) tooLarge.abort();
      });
      return this.#answer(await asked, path);
    } catch (error) {
      signal?.throwIfAborted();
      if (tooLarge.signal.aborted) {
        const { name, addressOption } = this.#options.peer;
        throw new UnexpectedAnswerError(
          `${this.#host} answered more than ${MAX_ANSWER_BYTES / MIB} MiB, which ${name} does not: check ${addressOption}`,
        );
      }
      throw isRequestError(error) ? this.#connectionError(error) : error;
    }
  }

  /** Closes every connection. */
  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  get #host(): string {
    return new URL(this.url).host;
  }

  #answer({ statusCode: status, headers, body, url }: Response<string>, path: string): HttpAnswer {
    const { location, date, age, 'retry-after': retryAfter, 'content-type': contentType = '' } = headers;
    const { mask, isBodyData = false } = this.#options;
    const isData = isBodyData && isSuccess({ status });
    return {
      status,
      url: mask(url),
      path: mask(path),
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, mask(value)]] : [])),
      ),
      contentType,
      body: isData ? body : mask(body),
      location: location === undefined ? undefined : mask(location),
      retryAfter,
      date,
      age,
    };
  }

  /** The original is not kept as the cause: it holds the request's options, and with them the secrets. */
  #connectionError({ code, message }: RequestError): Error {
    const proxyStatus = PROXY_STATUS.exec(message)?.[1];
    if (proxyStatus !== undefined) return this.#proxyError(Number(proxyStatus));
    const { peer, mask, maskFailure = mask } = this.#options;
    const reason = maskFailure(message)
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim();
    const way = this.proxy === undefined ? '' : ` through the proxy of ${this.proxy.variable}`;
    return connectionError({ code, reason, host: this.#host, way, peer });
  }

  #proxyError(status: number): Error {
    const said = `the proxy of ${this.proxy?.variable ?? 'the environment'} answered ${status} to ${this.#host}`;
    if (status === 407) return new RefusedError('credentials', `${said}: it requires a user name and a password`);
    if (status === 403) return new RefusedError('restricted', `${said}: it blocks requests to this host`);
    if (status === 429 || status >= 500) return new TransientError(said);
    return new UnexpectedAnswerError(`${said}: check that it is an HTTP proxy`);
  }
}
