import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { RefusedError, TransientError, UnexpectedAnswerError, type AdapterContext } from '@sluice/core/adapter';
import type { Got, RequestError, Response } from 'got';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import type { PosthogSinkConfig } from './config.js';
import { connectionError } from './connection-error.js';
import type { PosthogAnswer } from './posthog-answer.js';
import { PosthogClock } from './posthog-clock.js';
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

/**
 * Keeps connections open. Where a proxy is set, they are tunnels through it (`CONNECT`). Until a tunnel is open got's own
 * limits have nothing to end, so that the agent needs one.
 */
function createAgents(proxy: Proxy | undefined, connectTimeoutMs: number) {
  const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
  if (proxy === undefined) return { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const proxied = { ...options, proxy: proxy.url, timeout: connectTimeoutMs };
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

/** Decompressed. An answer for 4,000 events has about 400 kB. */
const MAX_ANSWER_BYTES = 8 * 1_048_576;

/**
 * The HTTP connection to one project at one host. Each call is one attempt, and every HTTP status is an answer, not an
 * error. No answer quotes the key.
 */
export class PosthogApi {
  readonly url: string;
  readonly proxy: Proxy | undefined;
  readonly clock: PosthogClock;
  readonly #config: PosthogSinkConfig;
  readonly #context: AdapterContext;
  readonly #agents: Agents;
  #client: Promise<Client> | undefined;

  constructor(config: PosthogSinkConfig, context: AdapterContext, url = config.host.url) {
    this.url = url;
    this.proxy = proxyFor(new URL(url), context.environment);
    if (this.proxy !== undefined && this.proxy.url.password !== '') context.redactor.add(this.proxy.url.href);
    this.clock = new PosthogClock(context.runtime);
    this.#config = config;
    this.#context = context;
    this.#agents = createAgents(this.proxy, config.connectTimeout);
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
    const tooLarge = new AbortController();
    try {
      const asked = request(path.replace(/^\//, ''), {
        method,
        signal: signal === undefined ? tooLarge.signal : AbortSignal.any([signal, tooLarge.signal]),
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
      });
      void asked.on('downloadProgress', ({ transferred }) => {
        if (transferred > MAX_ANSWER_BYTES) tooLarge.abort();
      });
      return this.#answer(await asked);
    } catch (error) {
      signal?.throwIfAborted();
      if (tooLarge.signal.aborted) {
        throw new UnexpectedAnswerError(`${this.#host} answered more than 8 MiB, which PostHog does not: check host`);
      }
      throw isRequestError(error) ? this.#connectionError(error) : error;
    }
  }

  #answer({ statusCode: status, headers, body, url }: Response<string>): PosthogAnswer {
    const { location, date, age, 'retry-after': retryAfter, 'content-type': contentType = '' } = headers;
    const { apiKey } = this.#config;
    this.clock.note(date, age);
    return {
      status,
      url: withoutKey(url, apiKey),
      contentType,
      body: withoutKey(body, apiKey),
      location: location === undefined ? undefined : withoutKey(location, apiKey),
      retryAfter,
      date,
      age,
    };
  }

  /** The original is not kept as the cause: it holds the request's options, and with them the key. */
  #connectionError({ code, message }: RequestError): Error {
    const proxyStatus = PROXY_STATUS.exec(message)?.[1];
    if (proxyStatus !== undefined) return this.#proxyError(Number(proxyStatus));
    const reason = withoutKey(message, this.#config.apiKey)
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .replace(/phc_[^\s/"']+/g, MASKED_KEY)
      .trim();
    const way = this.proxy === undefined ? '' : ` through the proxy of ${this.proxy.variable}`;
    return connectionError({ code, reason, host: this.#host, way });
  }

  #proxyError(status: number): Error {
    const said = `the proxy of ${this.proxy?.variable ?? 'the environment'} answered ${status} to ${this.#host}`;
    if (status === 407) return new RefusedError('credentials', `${said}: it requires a user name and a password`);
    if (status === 403) return new RefusedError('restricted', `${said}: it blocks requests to this host`);
    if (status === 429 || status >= 500) return new TransientError(said);
    return new UnexpectedAnswerError(`${said}: check that it is an HTTP proxy`);
  }
}
