import { createHash } from 'node:crypto';
import type { AdapterContext } from '@sluice/core';
import type { PosthogSinkConfig } from './config.js';
import { PosthogApi, type PosthogCall } from './posthog-api.js';
import type { PosthogAnswer } from './posthog-answer.js';
import { asUuid, PATHS, v1Headers } from './posthog-request.js';
import { withoutKey } from './project-key.js';
import { proxyFor, type Proxy } from './proxy.js';

/** More requests in flight gain nothing: eight hide 50 ms of latency. */
export const MAX_CONNECTIONS = 8;

const JSON_BODY = { 'content-type': 'application/json' };

/** One project at one host, and what can be asked of it. No answer quotes the key. */
export class PosthogProject {
  readonly proxy: Proxy | undefined;
  readonly #url: string;
  readonly #config: PosthogSinkConfig;
  readonly #context: AdapterContext;
  readonly #api: PosthogApi;

  constructor(config: PosthogSinkConfig, context: AdapterContext, url = config.host.url) {
    this.#url = url;
    this.#config = config;
    this.#context = context;
    this.proxy = proxyFor(new URL(url), context.environment);
    this.#api = new PosthogApi({
      url,
      userAgent: context.userAgent,
      connectTimeoutMs: config.connectTimeout,
      requestTimeoutMs: config.requestTimeout,
      maxConnections: MAX_CONNECTIONS,
      proxy: this.proxy,
    });
  }

  get url(): string {
    return this.#url;
  }

  get key(): string {
    return this.#config.apiKey.reveal();
  }

  /** The same key at another host. Close it. */
  at(url: string): PosthogProject {
    return new PosthogProject(this.#config, this.#context, url);
  }

  /** The project's public settings: reading them creates nothing and costs nothing. */
  settings(signal: AbortSignal | undefined): Promise<PosthogAnswer> {
    return this.#masked(this.#api.get(`/array/${encodeURIComponent(this.key)}/config.js`, { signal }));
  }

  /** The project's feature flags. For a known key the request may be charged. */
  flags(signal: AbortSignal | undefined): Promise<PosthogAnswer> {
    const body = JSON.stringify({ token: this.key, distinct_id: 'sluice-key-probe', geoip_disable: true });
    return this.post('/flags/?v=2', { headers: JSON_BODY, body, signal });
  }

  /** A batch without events: v1 refuses it in a way that only v1 does, and no server counts an event. */
  emptyBatch(signal: AbortSignal | undefined): Promise<PosthogAnswer> {
    const now = this.#context.runtime.now();
    const requestId = asUuid(createHash('sha256').update(`probe ${now}`).digest('hex'));
    const { userAgent } = this.#context;
    return this.post(PATHS.v1, {
      headers: { ...JSON_BODY, ...v1Headers({ key: this.key, userAgent, now, requestId, attempt: 1 }) },
      body: JSON.stringify({ created_at: new Date(now).toISOString(), batch: [] }),
      signal,
    });
  }

  post(path: string, call: PosthogCall): Promise<PosthogAnswer> {
    return this.#masked(this.#api.post(path, call));
  }

  close(): void {
    this.#api.close();
  }

  async #masked(answering: Promise<PosthogAnswer>): Promise<PosthogAnswer> {
    const answer = await answering;
    return { ...answer, body: withoutKey(answer.body, this.#config.apiKey) };
  }
}
