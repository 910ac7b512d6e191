import {
  Secret,
  SluiceError,
  UnexpectedAnswerError,
  type AdapterContext,
  type CallOptions,
  type CheckResult,
  type Identity,
} from '@sluice/core/adapter';
import {
  eventId,
  type Assembly,
  type AssemblyContext,
  type EncodedEvent,
  type Encoding,
  type MappedEvent,
  type Receipt,
  type RequestDescription,
  type Sink,
  type SinkLimits,
  type SinkRequest,
} from '@sluice/core/sink';
import { writeMappedEvent, type EventText, type WriteEvent } from '@sluice/core/text';
import { bodyOf, frameBytes, shownBody } from './body-form.js';
import { BufferPool } from './buffer-pool.js';
import { compress } from './compress.js';
import { isHtml, isRedirect, isSuccess, quoted, retryAfterMs, type HttpAnswer } from './http-answer.js';
import { HttpClient } from './http-client.js';
import type { HttpOptions } from './http-options.js';
import type { HttpPeer } from './http-peer.js';
import { identityOf } from './identity-of.js';
import { unexpectedForm } from './unexpected-form.js';
import { addressOf, headersOf, maskFor, pathOf, shownUrl } from './http-request.js';
import type { Ask, HttpSinkOptions, HttpSinkRequest } from './http-sink-options.js';
import { acceptedAll } from './outcomes.js';
import { masked, revealed, secretTexts, type SecretValue } from './secret-value.js';
import { rejectFuture } from './reject-future.js';
import { splitEvents } from './split-events.js';
import { statusError } from './status-error.js';
import { Unsendable } from './unsendable.js';

const DEFAULTS: HttpOptions = { gzip: true, connectTimeout: 10_000, requestTimeout: 60_000 };
const MAX_REQUESTS_IN_FLIGHT = 8;

interface OwnRequest extends SinkRequest {
  readonly assembledAt: number;
}

/** The sink that `httpSink` makes. */
export class HttpSink<Config extends Partial<HttpOptions>> implements Sink {
  readonly limits: SinkLimits;
  readonly textWriter?: (event: EventText) => WriteEvent | undefined;
  readonly #options: HttpSinkOptions<Config>;
  readonly #config: Config;
  readonly #http: HttpOptions;
  readonly #context: AdapterContext;
  readonly #request: HttpSinkRequest;
  readonly #peer: HttpPeer;
  readonly #client: HttpClient;
  readonly #maxEventBytes: number;
  readonly #requests = new WeakMap<SinkRequest, OwnRequest>();
  /** The bytes of a request, made at its first attempt: every attempt sends the same. */
  readonly #bodies = new WeakMap<SinkRequest, Buffer>();
  readonly #buffers = new BufferPool();

  constructor(options: HttpSinkOptions<Config>, config: Config, context: AdapterContext) {
    this.#options = options;
    this.#config = config;
    this.#http = { ...DEFAULTS, ...config };
    this.#context = context;
    this.#request = options.request(config);
    const { body, limits, url } = this.#request;
    this.#peer = { name: options.name, addressOption: options.addressOption ?? 'host' };
    const maxRequestsInFlight = limits.maxRequestsInFlight ?? MAX_REQUESTS_IN_FLIGHT;
    const separators = body === 'single' ? 0 : limits.maxEvents;
    this.limits = {
      maxEventsPerRequest: body === 'single' ? 1 : limits.maxEvents,
      maxBytesPerRequest: limits.maxBytes - frameBytes(body, revealed) - separators,
      maxRequestsInFlight,
      distinctWithinRequest: limits.distinctWithinRequest ?? true,
    };
    this.#maxEventBytes = Math.min(limits.maxEventBytes ?? Infinity, this.limits.maxBytesPerRequest);
    this.#client = new HttpClient(
      {
        peer: this.#peer,
        url: url instanceof Secret ? url.reveal() : url,
        connectTimeoutMs: this.#http.connectTimeout,
        requestTimeoutMs: this.#http.requestTimeout,
        maxConnections: maxRequestsInFlight,
        mask: maskFor(this.#request, secretTexts(this.#bodyFields)),
      },
      context,
    );
    const isWrittenAsMapped = options.encode === undefined && limits.maxAheadMs === undefined;
    if (isWrittenAsMapped) this.textWriter = (event) => this.#mappedEventWriter(event);
  }

  identity(): Identity {
    const { name, type } = this.#options;
    const { account } = this.#request;
    return identityOf({ name, type, target: this.#request, account, others: this.#bodyFields });
  }

  differenceFrom(was: Identity): string | undefined {
    const place = `${this.#options.type} ${shownUrl(this.#request)} `;
    const isAnother = was.fingerprint !== this.identity().fingerprint;
    if (!isAnother || !was.fingerprint.startsWith(place) || this.#request.account !== undefined) return undefined;
    return `the credentials for ${this.#options.name} have changed`;
  }

  async open({ signal }: CallOptions = {}): Promise<void> {
    await this.#found(signal);
  }

  async check({ signal }: CallOptions = {}): Promise<readonly CheckResult[]> {
    const { name } = this.#options;
    if (this.#options.check === undefined) {
      const message = `${name} offers no way to check the address and the credentials without sending an event`;
      return [{ name: 'destination', outcome: 'unknown', message }];
    }
    try {
      const found = (await this.#found(signal)) ?? [];
      return typeof found === 'string' ? [{ name: 'destination', outcome: 'good', message: found }] : found;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SluiceError)) throw error;
      const fix = `check ${this.#peer.addressOption} and the credentials, and whether this machine can reach it`;
      return [{ name: 'destination', outcome: 'bad', message: error.message, fix }];
    }
  }

  encode(event: MappedEvent): Encoding {
    const wire = this.#options.encode === undefined ? event : this.#options.encode(event, this.#config);
    if (wire instanceof Unsendable) return wire.rejection;
    const text = JSON.stringify(wire);
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#maxEventBytes) {
      const detail = `the event has ${bytes} bytes, and ${this.#options.name} takes at most ${this.#maxEventBytes}`;
      return { kind: 'rejected', reason: 'event-too-large', detail };
    }
    const encoded = { id: eventId(event), uuid: event.uuid, text, bytes };
    if (this.#request.limits.maxAheadMs === undefined) return { kind: 'encoded', event: encoded };
    const time = typeof event['time'] === 'string' ? Date.parse(event['time']) : undefined;
    return { kind: 'encoded', event: { ...encoded, time } };
  }

  assemble(events: readonly EncodedEvent[], { now }: AssemblyContext): Assembly {
    const { maxAheadMs = Infinity } = this.#request.limits;
    const { due, rejected } = rejectFuture(events, now, { maxAheadMs, peer: this.#options.name });
    const requests = splitEvents(due, this.limits).map((part): OwnRequest => ({ events: part, assembledAt: now }));
    for (const request of requests) this.#requests.set(request, request);
    return { requests, rejected };
  }

  describe(request: SinkRequest): RequestDescription {
    const { events, assembledAt } = this.#own(request);
    const { body: form, method = 'POST' } = this.#request;
    const body = bodyOf(form, events, masked);
    const signed = this.#options.sign?.({ body, events, now: assembledAt, attempt: 1 }, this.#config);
    return {
      target: `${method} ${addressOf(shownUrl(this.#request), pathOf(this.#request, masked))}`,
      headers: {
        ...this.#bodyHeaders(),
        'user-agent': this.#context.userAgent,
        ...headersOf(this.#request, masked),
        ...signed,
      },
      body: shownBody(form, body),
    };
  }

  async send(request: SinkRequest, { attempt, signal }: CallOptions & { readonly attempt: number }): Promise<Receipt> {
    signal?.throwIfAborted();
    const { events } = this.#own(request);
    const body = await this.#body(request);
    const now = this.#context.runtime.now();
    const answer = await this.#client.call({
      method: this.#request.method ?? 'POST',
      path: pathOf(this.#request, revealed),
      headers: {
        ...this.#bodyHeaders(),
        ...headersOf(this.#request, revealed),
        ...this.#options.sign?.({ body, events, now, attempt }, this.#config),
      },
      body,
      signal,
    });
    return this.#receipt(answer, events);
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  #receipt(answer: HttpAnswer, events: readonly EncodedEvent[]): Receipt {
    if (isRedirect(answer)) throw this.#failure(answer);
    const waitMs = retryAfterMs(answer, this.#context.runtime.now());
    const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
    const own = this.#ownReceipt(answer, events);
    if (own !== undefined) return 'outcomes' in own ? { ...wait, ...own } : { ...wait, outcomes: own };
    if (!isSuccess(answer)) throw this.#failure(answer);
    if (isHtml(answer)) {
      const { name, addressOption } = this.#peer;
      throw new UnexpectedAnswerError(
        `the host answered ${answer.status} with ${quoted(answer)}, which is not how ${name} accepts events: check ${addressOption}`,
      );
    }
    return { ...wait, outcomes: acceptedAll(events) };
  }

  #ownReceipt(answer: HttpAnswer, events: readonly EncodedEvent[]) {
    try {
      return this.#options.receipt?.(answer, events, this.#config);
    } catch (error) {
      const unexpected = unexpectedForm(error, `${this.#peer.name} answers ${answer.status}`);
      throw unexpected === error || isSuccess(answer) ? unexpected : this.#failure(answer);
    }
  }

  async #found(signal: AbortSignal | undefined): Promise<string | readonly CheckResult[] | undefined> {
    try {
      return await this.#options.check?.(this.#asking(signal), this.#config, (answer) => this.#failure(answer));
    } catch (error) {
      throw unexpectedForm(error, `${this.#peer.name} answers`);
    }
  }

  #failure(answer: HttpAnswer): SluiceError {
    const { statuses = {} } = this.#options;
    const table = typeof statuses === 'function' ? statuses(this.#config) : statuses;
    return statusError(answer, this.#context.runtime.now(), { peer: this.#peer, statuses: table });
  }

  #asking(signal: AbortSignal | undefined): Ask {
    return (call = {}) => {
      const { method = call.body === undefined ? 'GET' : 'POST' } = call;
      const ofBody = call.body === undefined ? {} : { 'content-type': this.#contentType };
      return this.#client.call({
        path: pathOf(this.#request, revealed),
        signal,
        ...call,
        method,
        headers: { ...ofBody, ...headersOf(this.#request, revealed), ...call.headers },
      });
    };
  }

  /** What every body has besides its events. */
  get #bodyFields(): Readonly<Record<string, SecretValue>> {
    const { body } = this.#request;
    return typeof body === 'object' ? (body.fields ?? {}) : {};
  }

  get #contentType(): string {
    const { body, contentType = body === 'ndjson' ? 'application/x-ndjson' : 'application/json' } = this.#request;
    return contentType;
  }

  #bodyHeaders(): Record<string, string> {
    return { 'content-type': this.#contentType, ...(this.#http.gzip ? { 'content-encoding': 'gzip' } : {}) };
  }

  /** Declines an event that is too large: `encode` says why it cannot be sent. */
  #mappedEventWriter(event: EventText): WriteEvent | undefined {
    const write = writeMappedEvent(event);
    if (write === undefined) return undefined;
    return (page, record, output) => {
      const time = write(page, record, output);
      if (output.length - output.start > this.#maxEventBytes) output.decline();
      return time;
    };
  }

  #own(request: SinkRequest): OwnRequest {
    const own = this.#requests.get(request);
    if (own === undefined) throw new Error('the request was not assembled by this sink');
    return own;
  }

  async #body(request: SinkRequest): Promise<Buffer> {
    const known = this.#bodies.get(request);
    if (known !== undefined) return known;
    const { body: form } = this.#request;
    const body = this.#http.gzip ? await this.#compressed(request) : bodyOf(form, request.events, revealed);
    this.#bodies.set(request, body);
    return body;
  }

  async #compressed({ events }: SinkRequest): Promise<Buffer> {
    let buffer: Buffer | undefined;
    const body = bodyOf(this.#request.body, events, revealed, (bytes) => (buffer = this.#buffers.take(bytes)));
    const compressed = await compress(body);
    if (buffer !== undefined) this.#buffers.give(buffer);
    return compressed;
  }
}
