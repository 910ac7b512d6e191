import { createHash } from 'node:crypto';
import { BufferPool, compress } from '@sluice/adapter-kit';
import { ConfigError, type CallOptions, type CheckResult, type Identity, type JsonValue } from '@sluice/core/adapter';
import type {
  Arrivals,
  Assembly,
  AssemblyContext,
  EncodedEvent,
  Encoding,
  MappedEvent,
  Receipt,
  RequestDescription,
  Sink,
  SinkContext,
  SinkHistory,
  SinkLimits,
  SinkRequest,
} from '@sluice/core/sink';
import type { EventText, WriteEvent } from '@sluice/core/text';
import { isAiEvent } from './ai/large-ai-events.js';
import { assembleRequests, HISTORICAL_AGE_MS, refuseLateClock } from './assemble-requests.js';
import { checkPosthog } from './check-posthog.js';
import { checkShorten } from './check-shorten.js';
import type { PosthogSinkConfig } from './config.js';
import { encodeEvent, type Protocol } from './encode-event.js';
import { openPosthog, type HostNeeds } from './open-posthog.js';
import { MAX_CONNECTIONS, PosthogApi } from './posthog-api.js';
import { PosthogArrivals } from './posthog-arrivals.js';
import {
  maskedRequest,
  PATHS,
  requestBody,
  requestHeaders,
  type PosthogRequest,
  type Route,
} from './posthog-request.js';
import { ProjectApi } from './project-api.js';
import { v0Receipt } from './v0-receipt.js';
import { v1Receipt } from './v1-receipt.js';
import { writeEventText } from './write-event-text.js';

/**
 * PostHog takes requests of 20 MiB (v0) and of 10 MiB compressed (v1), with any number of events; 4 MiB of JSON stays
 * below the smallest limit of every server version (PostHog's own Python client fills 5 MiB) and holds 4,000 events of
 * usual size.
 */
const LIMITS: SinkLimits = {
  maxEventsPerRequest: 4_000,
  maxBytesPerRequest: 4 * 1_048_576,
  maxRequestsInFlight: MAX_CONNECTIONS,
  distinctWithinRequest: true,
};

const HISTORY: SinkHistory = {
  afterMs: HISTORICAL_AGE_MS,
  meaning:
    'they go in separate requests, marked historical_migration, which PostHog imports apart from live events and does ' +
    'not charge at its standard rate; newer ones are charged like live events',
};

const WITHOUT_PROJECT = [
  'PostHog can be read back only with a personal API key, and the sink has none',
  '→ create one at PostHog, Settings, Personal API keys, with the scopes query:read and project:read, and write below `with:`',
  '→ project: { id: 12345, personalApiKey: "${POSTHOG_PERSONAL_API_KEY}" }',
].join('\n');

/** Delivers events to PostHog. */
export class PosthogSink implements Sink {
  readonly limits = LIMITS;
  readonly history = HISTORY;
  readonly #config: PosthogSinkConfig;
  readonly #context: SinkContext;
  readonly #library: { readonly name: string; readonly version: string };
  readonly #api: PosthogApi;
  readonly #requests = new WeakMap<SinkRequest, PosthogRequest>();
  /** The bytes of a request, made at its first attempt: every attempt sends the same. */
  readonly #bodies = new WeakMap<SinkRequest, Buffer>();
  /** For bodies that are needed only until they are compressed. */
  readonly #buffers = new BufferPool();
  readonly #needs: HostNeeds;
  #project: ProjectApi | undefined;
  #protocol: Protocol;
  #aiRoute: Protocol | undefined;
  #isOpen = false;

  constructor(config: PosthogSinkConfig, context: SinkContext) {
    this.#config = config;
    this.#context = context;
    const [name = 'sluice', version = '0.0.0'] = context.userAgent.split(/[/ ]/);
    this.#library = { name, version };
    this.#protocol = config.protocol === 'v1' ? 'v1' : 'v0';
    const sendsAiEvents = context.events.some(({ event }) => isAiEvent(event));
    this.#needs = { protocol: config.protocol, sendsAiEvents };
    this.#aiRoute = sendsAiEvents ? this.#protocol : undefined;
    this.#api = new PosthogApi(config, context);
  }

  identity(): Identity {
    const { url, key } = this.#api;
    const keyHash = createHash('sha256').update(key).digest('hex');
    return {
      description: `PostHog at ${url}, project key with hash ${keyHash.slice(0, 8)}`,
      fingerprint: `posthog ${url} ${keyHash}`,
    };
  }

  differenceFrom({ fingerprint }: Identity): string | undefined {
    const isSameHost =
      fingerprint.startsWith(`posthog ${this.#api.url} `) && fingerprint !== this.identity().fingerprint;
    return isSameHost ? 'the project key (option `apiKey`, usually POSTHOG_API_KEY) has changed' : undefined;
  }

  async open(options: CallOptions = {}): Promise<void> {
    const { protocol, aiRoute } = await openPosthog(this.#api, this.#needs, this.#context, options);
    this.#protocol = protocol;
    this.#aiRoute = aiRoute;
    this.#isOpen = true;
  }

  async check(options: CallOptions = {}): Promise<readonly CheckResult[]> {
    const results = await checkPosthog(this.#api, this.#needs, this.#context, options);
    return [...results, ...checkShorten(this.#config.shorten, this.#context.events)];
  }

  encode(event: MappedEvent): Encoding {
    const { shorten } = this.#config;
    return encodeEvent(event, { protocol: this.#protocol, library: this.#library, shorten, aiRoute: this.#aiRoute });
  }

  textWriter(event: EventText): WriteEvent | undefined {
    return writeEventText(event, { protocol: this.#protocol, library: this.#library });
  }

  assemble(events: readonly EncodedEvent[], context: AssemblyContext): Assembly {
    const assembly = assembleRequests(events, {
      ...context,
      protocol: this.#protocol,
      posthogAheadMs: this.#api.clock.aheadOfMs(context.now),
    });
    for (const request of assembly.requests) this.#requests.set(request, request);
    return assembly;
  }

  describe(request: SinkRequest): RequestDescription {
    const posthogRequest = this.#own(request);
    const { userAgent } = this.#context;
    const { headers, body } = maskedRequest(posthogRequest, { userAgent, gzip: this.#config.gzip });
    const shown: JsonValue = JSON.parse(String(body));
    const { protocol, route } = posthogRequest;
    const assumption = this.#assumption(route);
    return {
      target: `POST ${this.#api.url}${PATHS[route][protocol]}`,
      headers,
      body: shown,
      ...(assumption === '' ? {} : { assumption }),
    };
  }

  #assumption(route: Route): string {
    if (this.#isOpen) return '';
    const isAuto = this.#config.protocol === 'auto';
    const assumptions = [
      ...(isAuto ? ['with protocol: auto, a run asks the host for its protocol; this is v0'] : []),
      ...(route === 'ai' ? ['a run asks the host whether it takes large AI events; this is for one that does'] : []),
    ];
    return assumptions.join('; ');
  }

  async send(request: SinkRequest, options: CallOptions & { readonly attempt: number }): Promise<Receipt> {
    const posthogRequest = this.#own(request);
    const { protocol, route, events } = posthogRequest;
    refuseLateClock(posthogRequest);
    const headers = requestHeaders(posthogRequest, {
      key: this.#api.key,
      userAgent: this.#context.userAgent,
      gzip: this.#config.gzip,
      attempt: options.attempt,
      now: this.#context.runtime.now(),
    });
    const body = await this.#body(posthogRequest);
    const answer = await this.#api.post(PATHS[route][protocol], { headers, body, signal: options.signal });
    const now = this.#context.runtime.now();
    if (protocol === 'v1') return v1Receipt(answer, events, now);
    return v0Receipt(answer, events.length, now, this.#needs.sendsAiEvents ? ['events', 'llm_events'] : ['events']);
  }

  arrivals(): Arrivals {
    const { project } = this.#config;
    if (project === undefined) throw new ConfigError([], WITHOUT_PROJECT);
    this.#project ??= new ProjectApi(this.#config, project, this.#context);
    return new PosthogArrivals(this.#project, this.#config);
  }

  async close(): Promise<void> {
    this.#api.close();
    this.#project?.close();
  }

  #own(request: SinkRequest): PosthogRequest {
    const own = this.#requests.get(request);
    if (own === undefined) throw new Error('the request was not assembled by this sink');
    return own;
  }

  async #body(request: PosthogRequest): Promise<Buffer> {
    const known = this.#bodies.get(request);
    if (known !== undefined) return known;
    const body = this.#config.gzip ? await this.#compressed(request) : requestBody(request, this.#api.key);
    this.#bodies.set(request, body);
    return body;
  }

  async #compressed(request: PosthogRequest): Promise<Buffer> {
    let buffer: Buffer | undefined;
    const body = requestBody(request, this.#api.key, (bytes) => (buffer = this.#buffers.take(bytes)));
    const compressed = await compress(body);
    if (buffer !== undefined) this.#buffers.give(buffer);
    return compressed;
  }
}
