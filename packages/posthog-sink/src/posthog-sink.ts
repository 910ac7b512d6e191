import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  UnexpectedAnswerError,
  type AdapterContext,
  type Assembly,
  type AssemblyContext,
  type CallOptions,
  type CheckResult,
  type EncodedEvent,
  type Encoding,
  type Identity,
  type JsonValue,
  type MappedEvent,
  type Receipt,
  type RequestDescription,
  type Sink,
  type SinkHistory,
  type SinkLimits,
  type SinkRequest,
} from '@sluice/core';
import { assembleRequests, HISTORICAL_AGE_MS } from './assemble-requests.js';
import { checkPosthog } from './check-posthog.js';
import type { PosthogSinkConfig } from './config.js';
import { encodeEvent, type Protocol } from './encode-event.js';
import { PosthogApi } from './posthog-api.js';
import type { PosthogAnswer } from './posthog-answer.js';
import { asUuid, maskedRequest, PATHS, requestBody, requestHeaders, type PosthogRequest } from './posthog-request.js';
import {
  flagsProbeBody,
  FLAGS_PATH,
  keyFinding,
  keyProbePath,
  keyRefused,
  probeProtocol,
  protocolFinding,
} from './probe.js';
import { withoutKey } from './project-key.js';
import { proxyFor } from './proxy.js';
import { v0Receipt } from './v0-receipt.js';
import { v1Receipt } from './v1-receipt.js';

const compress = promisify(gzip);

/**
 * PostHog takes 20 MiB (v0) and 10 MiB compressed (v1) a request and names no number of events; 4 MiB of JSON stays
 * below the smallest limit of every server version (5 MiB is what PostHog's own Python client fills), and 4,000 events
 * of usual size fit. Eight requests in flight hide 50 ms of latency.
 */
const LIMITS: SinkLimits = {
  maxEventsPerRequest: 4_000,
  maxBytesPerRequest: 4 * 1_048_576,
  maxRequestsInFlight: 8,
  distinctWithinRequest: true,
};

const HISTORY: SinkHistory = {
  afterMs: HISTORICAL_AGE_MS,
  meaning:
    'they go in requests of their own, marked historical_migration, which PostHog imports apart from live events and ' +
    'does not charge at its standard rate; younger ones are charged like live events',
};

/** Delivers events to PostHog. */
export class PosthogSink implements Sink {
  readonly limits = LIMITS;
  readonly history = HISTORY;
  readonly #config: PosthogSinkConfig;
  readonly #context: AdapterContext;
  readonly #library: { readonly name: string; readonly version: string };
  readonly #api: PosthogApi;
  readonly #requests = new WeakMap<SinkRequest, PosthogRequest>();
  /** The bytes of a request, made at its first attempt: every attempt sends the same. */
  readonly #bodies = new WeakMap<SinkRequest, string | Buffer>();
  #protocol: Protocol;
  #isSettled: boolean;

  constructor(config: PosthogSinkConfig, context: AdapterContext) {
    this.#config = config;
    this.#context = context;
    const [name = 'sluice', version = '0.0.0'] = context.userAgent.split(/[/ ]/);
    this.#library = { name, version };
    this.#protocol = config.protocol === 'v1' ? 'v1' : 'v0';
    this.#isSettled = config.protocol !== 'auto';
    this.#api = this.#apiOf(config.host.url);
  }

  identity(): Identity {
    const { url } = this.#config.host;
    const keyHash = createHash('sha256').update(this.#key).digest('hex');
    return {
      description: `PostHog at ${url}, project key with hash ${keyHash.slice(0, 8)}`,
      fingerprint: `posthog ${url} ${keyHash}`,
    };
  }

  async open(options: CallOptions = {}): Promise<void> {
    const answer = await this.#probeKey(options.signal);
    const finding = keyFinding(answer, this.#now);
    if (finding === 'refused') throw keyRefused();
    if (finding === 'unknown') {
      this.#context.logger.warn(
        { host: this.#config.host.url, status: answer.status },
        'cannot tell whether PostHog knows the project key: a wrong one would lose events without an error',
      );
    }
    await this.#settleProtocol(options.signal);
    this.#context.logger.info({ host: this.#config.host.url, protocol: this.#protocol }, 'PostHog is reachable');
  }

  check(options: CallOptions = {}): Promise<readonly CheckResult[]> {
    return checkPosthog({
      host: this.#config.host.url,
      protocol: this.#config.protocol,
      proxy: proxyFor(new URL(this.#config.host.url), this.#context.environment),
      now: () => this.#now,
      probeKey: () => this.#probeKey(options.signal),
      probeProtocol: () => this.#probeProtocol(options.signal),
      probeKeyAt: (url) => this.#probeKeyAt(url, options.signal),
      signal: options.signal,
    });
  }

  encode(event: MappedEvent): Encoding {
    return encodeEvent(event, { protocol: this.#protocol, library: this.#library });
  }

  assemble(events: readonly EncodedEvent[], context: AssemblyContext): Assembly {
    const assembly = assembleRequests(events, { ...context, protocol: this.#protocol });
    for (const request of assembly.requests) this.#requests.set(request, request);
    return assembly;
  }

  describe(request: SinkRequest): RequestDescription {
    const posthogRequest = this.#own(request);
    const { headers, body } = maskedRequest(posthogRequest, {
      userAgent: this.#context.userAgent,
      gzip: this.#config.gzip,
    });
    const shown: JsonValue = JSON.parse(body);
    return {
      target: `POST ${this.#config.host.url}${PATHS[posthogRequest.protocol]}`,
      headers,
      body: shown,
      ...(this.#isSettled ? {} : { assumption: 'protocol: auto asks the host when a run begins; this is v0' }),
    };
  }

  async send(request: SinkRequest, options: CallOptions & { readonly attempt: number }): Promise<Receipt> {
    const posthogRequest = this.#own(request);
    const headers = requestHeaders(posthogRequest, {
      key: this.#key,
      userAgent: this.#context.userAgent,
      gzip: this.#config.gzip,
      attempt: options.attempt,
      now: this.#now,
    });
    const body = await this.#body(posthogRequest);
    const answer = await this.#api.post(PATHS[posthogRequest.protocol], { headers, body, signal: options.signal });
    return this.#receipt(posthogRequest, { ...answer, body: withoutKey(answer.body, this.#config.apiKey) });
  }

  async close(): Promise<void> {
    this.#api.close();
  }

  get #key(): string {
    return this.#config.apiKey.reveal();
  }

  get #now(): number {
    return this.#context.runtime.now();
  }

  #own(request: SinkRequest): PosthogRequest {
    const own = this.#requests.get(request);
    if (own === undefined) throw new Error('the request was not assembled by this sink');
    return own;
  }

  /** Level 1: nine times smaller at half the time of the default. Off the main thread. */
  async #body(request: PosthogRequest): Promise<string | Buffer> {
    const known = this.#bodies.get(request);
    if (known !== undefined) return known;
    const text = requestBody(request, this.#key);
    const body = this.#config.gzip ? await compress(text, { level: 1 }) : text;
    this.#bodies.set(request, body);
    return body;
  }

  #receipt(request: PosthogRequest, answer: PosthogAnswer): Receipt {
    if (request.protocol === 'v1') return v1Receipt(answer, request.events, this.#now);
    return v0Receipt(answer, request.events.length, this.#now);
  }

  async #settleProtocol(signal: AbortSignal | undefined): Promise<void> {
    if (this.#config.protocol === 'v0') return;
    const offered = protocolFinding(await this.#probeProtocol(signal), this.#now);
    if (this.#config.protocol === 'v1' && offered === 'v0') {
      throw new UnexpectedAnswerError('the host does not offer protocol v1: set protocol to auto or v0');
    }
    this.#protocol = offered;
    this.#isSettled = true;
  }

  #apiOf(url: string): PosthogApi {
    return new PosthogApi({
      url,
      userAgent: this.#context.userAgent,
      connectTimeoutMs: this.#config.connectTimeout,
      requestTimeoutMs: this.#config.requestTimeout,
      maxConnections: LIMITS.maxRequestsInFlight,
      proxy: proxyFor(new URL(url), this.#context.environment),
    });
  }

  async #probeKeyAt(url: string, signal: AbortSignal | undefined): Promise<PosthogAnswer> {
    const api = this.#apiOf(url);
    try {
      return await api.get(keyProbePath(this.#key), { signal });
    } finally {
      api.close();
    }
  }

  /** A 404 says too little: self-hosted servers without token validation answer 401 to an unknown key only at flags. */
  async #probeKey(signal: AbortSignal | undefined): Promise<PosthogAnswer> {
    const settings = await this.#api.get(keyProbePath(this.#key), { signal });
    const answer =
      settings.status === 404
        ? await this.#api.post(FLAGS_PATH, {
            headers: { 'content-type': 'application/json' },
            body: flagsProbeBody(this.#key),
            signal,
          })
        : settings;
    return { ...answer, body: withoutKey(answer.body, this.#config.apiKey) };
  }

  async #probeProtocol(signal: AbortSignal | undefined): Promise<PosthogAnswer> {
    const answer = await probeProtocol(
      this.#api,
      {
        key: this.#key,
        userAgent: this.#context.userAgent,
        now: this.#now,
        requestId: asUuid(createHash('sha256').update(`probe ${this.#now}`).digest('hex')),
      },
      signal,
    );
    return { ...answer, body: withoutKey(answer.body, this.#config.apiKey) };
  }
}
