import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { RefusedError, TransientError, UnexpectedAnswerError, type AdapterContext } from '@sluice/core/adapter';
import type { Got, RequestError } from 'got';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { PosthogSinkConfig } from './config.js';
import type { PosthogAnswer } from './posthog-answer.js';
import { MASKED_KEY, withoutKey } from './project-key.js';
import { proxyFor, type Proxy } from './proxy.js';

/** More connections gain nothing: eight hide 50 ms of latency. */
export const MAX_CONNECTIONS = 8;

export interface PosthogCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
}

interface Client {
  readonly request: Got;
  readonly isRequestError: (error: unknown) => error is RequestError;
}

type Agents = ReturnType<typeof createAgents>;

/** Keeps connections open. Where a proxy is set, they are tunnels through it (`CONNECT`). */
function createAgents(proxy: Proxy | undefined) {
  const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
  if (proxy === undefined) return { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const proxied = { ...options, proxy: proxy.url };
  return { http: new HttpProxyAgent(proxied), https: new HttpsProxyAgent(proxied) };
}

/** got is loaded with the first call: commands without one, such as lint, do not wait for it. */
async function loadClient(
  prefixUrl: string,
  userAgent: string,
  config: PosthogSinkConfig,
  agent: Agents,
): Promise<Client> {
  const { got, RequestError } = await import('got');
  const request = got.extend({
    prefixUrl,
    agent,
    headers: { 'user-agent': userAgent },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    timeout: {
      lookup: config.connectTimeout,
      connect: config.connectTimeout,
      secureConnect: config.connectTimeout,
      request: config.requestTimeout,
    },
  });
  return { request, isRequestError: (error) => error instanceof RequestError };
}

/** The message of hpagent when the proxy refuses the tunnel. */
const PROXY_STATUS = /^Bad response: (\d{3})$/;

/** TLS errors that a retry does not fix: the server is not the expected host. */
const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/**
 * The HTTP connection to one project at one host. Each call is one attempt, and every HTTP status is an answer, not an
 * error. No answer quotes the key.
 */
export class PosthogApi {
  readonly url: string;
  readonly proxy: Proxy | undefined;
  readonly #config: PosthogSinkConfig;
  readonly #context: AdapterContext;
  readonly #agents: Agents;
  #client: Promise<Client> | undefined;

  constructor(config: PosthogSinkConfig, context: AdapterContext, url = config.host.url) {
    this.url = url;
    this.proxy = proxyFor(new URL(url), context.environment);
    if (this.proxy !== undefined && this.proxy.url.password !== '') context.redactor.add(this.proxy.url.href);
    this.#config = config;
    this.#context = context;
    this.#agents = createAgents(this.proxy);
  }

  get key(): string {
    return this.#config.apiKey.reveal();
  }

  /** The same project at another host. Close it. */
  at(url: string): PosthogApi {
    return new PosthogApi(this.#config, this.#context, url);
  }

  get(path: string, call: PosthogCall = {}): Promise<PosthogAnswer> {
    return this.#call('GET', path, call);
  }

  post(path: string, call: PosthogCall): Promise<PosthogAnswer> {
    return this.#call('POST', path, call);
  }

  close(): void {
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  get #host(): string {
    return new URL(this.url).host;
  }

  async #call(method: 'GET' | 'POST', path: string, { headers, body, signal }: PosthogCall): Promise<PosthogAnswer> {
    signal?.throwIfAborted();
    this.#client ??= loadClient(this.url, this.#context.userAgent, this.#config, this.#agents);
    const { request, isRequestError } = await this.#client;
    try {
      const response = await request(path.replace(/^\//, ''), {
        method,
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      const { location, date, 'retry-after': retryAfter, 'content-type': contentType = '' } = response.headers;
      return {
        status: response.statusCode,
        contentType,
        body: withoutKey(response.body, this.#config.apiKey),
        location,
        retryAfter,
        date,
      };
    } catch (error) {
      signal?.throwIfAborted();
      throw isRequestError(error) ? this.#connectionError(error) : error;
    }
  }

  /** The original is not kept as the cause: it holds the request's options, and with them the key. */
  #connectionError({ code, message }: RequestError): Error {
    const proxyStatus = PROXY_STATUS.exec(message)?.[1];
    if (proxyStatus !== undefined) return this.#proxyError(Number(proxyStatus));
    if (CERTIFICATE_ERROR.test(code)) {
      return new UnexpectedAnswerError(`the certificate of ${this.#host} is not trusted (${code})`);
    }
    const reason = message
      .replace(/\s+/g, ' ')
      .replace(/phc_[^\s/"']+/g, MASKED_KEY)
      .trim();
    const way = this.proxy === undefined ? '' : ` through the proxy of ${this.proxy.variable}`;
    return new TransientError(`no answer from ${this.#host}${way}: ${code}${reason === '' ? '' : ` (${reason})`}`);
  }

  #proxyError(status: number): Error {
    const said = `the proxy of ${this.proxy?.variable ?? 'the environment'} answered ${status} to ${this.#host}`;
    if (status === 407) return new RefusedError('credentials', `${said}: it requires a user name and a password`);
    if (status === 403) return new RefusedError('restricted', `${said}: it blocks requests to this host`);
    if (status === 429 || status >= 500) return new TransientError(said);
    return new UnexpectedAnswerError(`${said}: check that it is an HTTP proxy`);
  }
}
