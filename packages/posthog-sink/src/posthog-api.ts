import { HttpClient, type HttpAnswer, type HttpCall, type Proxy } from '@sluice/adapter-kit';
import type { AdapterContext } from '@sluice/core/adapter';
import type { PosthogSinkConfig } from './config.js';
import { PosthogClock } from './posthog-clock.js';
import { MASKED_KEY, withoutKey } from './project-key.js';
import { POSTHOG } from './status-error.js';

/** More connections gain nothing: eight hide 50 ms of latency. */
export const MAX_CONNECTIONS = 8;

type PosthogCall = Omit<HttpCall, 'method' | 'path'>;

/** The HTTP connection to one project at one host. No answer quotes the key. */
export class PosthogApi {
  readonly url: string;
  readonly clock: PosthogClock;
  readonly #config: PosthogSinkConfig;
  readonly #context: AdapterContext;
  readonly #client: HttpClient;

  constructor(config: PosthogSinkConfig, context: AdapterContext, url = config.host.url) {
    this.url = url;
    this.clock = new PosthogClock(context.runtime);
    this.#config = config;
    this.#context = context;
    const mask = (text: string): string => withoutKey(text, config.apiKey);
    this.#client = new HttpClient(
      {
        peer: POSTHOG,
        url,
        connectTimeoutMs: config.connectTimeout,
        requestTimeoutMs: config.requestTimeout,
        maxConnections: MAX_CONNECTIONS,
        mask,
        maskFailure: (text) =>
          mask(text)
            .replace(/[\s\p{Cc}]+/gu, ' ')
            .replace(/phc_[^\s/"']+/g, MASKED_KEY),
      },
      context,
    );
  }

  get key(): string {
    return this.#config.apiKey.reveal();
  }

  get proxy(): Proxy | undefined {
    return this.#client.proxy;
  }

  /** The same project at another host. Close it. */
  at(url: string): PosthogApi {
    return new PosthogApi(this.#config, this.#context, url);
  }

  get(path: string, call: PosthogCall = {}): Promise<HttpAnswer> {
    return this.#call({ ...call, method: 'GET', path });
  }

  post(path: string, call: PosthogCall): Promise<HttpAnswer> {
    return this.#call({ ...call, method: 'POST', path });
  }

  close(): void {
    this.#client.close();
  }

  async #call(call: HttpCall): Promise<HttpAnswer> {
    const answer = await this.#client.call(call);
    this.clock.note(answer.date, answer.age);
    return answer;
  }
}
