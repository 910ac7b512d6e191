import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { decompressedV0, decompressedV1, parsedJson } from './posthog/parse-body.js';
import { tokenProblem } from './posthog/project-token.js';
import { deduplicationKey, type ReceivedEvent } from './posthog/received-event.js';
import { AnswerError, jsonAnswer, textAnswer, type SimulatorAnswer } from './posthog/simulator-answer.js';
import {
  isForEvents,
  simulatorRequest,
  V0_PATHS,
  V1_PATH,
  wireBody,
  type SimulatorRequest,
} from './posthog/simulator-request.js';
import { textAt } from './posthog/json-shape.js';
import { faultAnswer, FaultQueue, type SimulatorFault } from './posthog/simulator-fault.js';
import { v0Batch } from './posthog/v0-batch.js';
import { requireV1Headers, v1Refusal, v1Results } from './posthog/v1-batch.js';

export interface PosthogSimulatorOptions {
  /** The keys of projects that exist. Absent: every key that begins with `phc_` does. */
  readonly keys?: readonly string[];
  /** What an unknown key gets: as PostHog's cloud does, 200 and silence; or 401, as it does with token validation. */
  readonly unknownKeys?: 'dropped' | 'refused';
  /** Whether the deployment offers protocol v1. Default: false. */
  readonly v1?: boolean;
  /** An event that PostHog refuses; on v0 the whole request with it. */
  readonly isPoison?: (event: ReceivedEvent) => boolean;
  /** Default: a free port. */
  readonly port?: number;
  /** PostHog's clock. */
  readonly now?: () => number;
}

const MAX_V0_WIRE_BYTES = 20 * 1_048_576;
const MAX_V1_WIRE_BYTES = 10 * 1_048_576;

/** A PostHog that takes events in on this machine, as strict and as silent as the real one. */
export class PosthogSimulator {
  /** Set during a test: the project's quota is used up. v0 still answers 200. */
  quotaExceeded = false;
  readonly #options: PosthogSimulatorOptions;
  readonly #server: Server;
  readonly #requests: SimulatorRequest[] = [];
  readonly #received: ReceivedEvent[] = [];
  readonly #dropped: ReceivedEvent[] = [];
  readonly #faults = new FaultQueue();

  private constructor(options: PosthogSimulatorOptions) {
    this.#options = options;
    this.#server = createServer((incoming, response) => {
      this.#handle(incoming, response).catch(() => response.destroy());
    });
  }

  static async start(options: PosthogSimulatorOptions = {}): Promise<PosthogSimulator> {
    const simulator = new PosthogSimulator(options);
    await new Promise<void>((resolve, reject) => {
      simulator.#server.once('error', reject);
      simulator.#server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return simulator;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  /** Without a trailing slash. */
  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the simulator is not running');
    return `http://127.0.0.1:${address.port}`;
  }

  get requests(): readonly SimulatorRequest[] {
    return this.#requests;
  }

  /** Requests for events, probes apart. */
  get eventRequests(): readonly SimulatorRequest[] {
    return this.#requests.filter(isForEvents);
  }

  /** Every event that was stored, in order, repeats included. */
  received(): readonly ReceivedEvent[] {
    return this.#received;
  }

  /** Events that were answered as accepted and are nowhere: unknown key, quota. */
  dropped(): readonly ReceivedEvent[] {
    return this.#dropped;
  }

  /** What a query would find once PostHog has merged: one event per deduplication key, the last one received. */
  distinct(): readonly ReceivedEvent[] {
    return [...new Map(this.#received.map((event) => [deduplicationKey(event), event])).values()];
  }

  /** The next requests for events meet this fault, after those that wait already. */
  failNext(fault: SimulatorFault, times = 1): void {
    this.#faults.add(fault, times);
  }

  /** Forgets requests, events and faults. */
  reset(): void {
    this.#requests.length = 0;
    this.#received.length = 0;
    this.#dropped.length = 0;
    this.#faults.clear();
    this.quotaExceeded = false;
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const wire = await wireBody(incoming);
    const request = simulatorRequest(incoming, wire);
    this.#requests.push(request);
    const fault = isForEvents(request) ? this.#faults.next() : undefined;
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'slow') await sleep(fault.delayMs);
    const replacement = faultAnswer(fault);
    if (fault?.kind === 'reset' && fault.when === 'before') {
      response.destroy();
      return;
    }
    const answer = replacement ?? this.#answer(request, wire);
    if (fault?.kind === 'reset') {
      response.destroy();
      return;
    }
    request.status = answer.status;
    response.writeHead(answer.status, { ...answer.headers });
    response.end(answer.body);
  }

  #answer(request: SimulatorRequest, wire: Buffer): SimulatorAnswer {
    const { method, path } = request;
    try {
      if (method === 'POST' && V0_PATHS.has(path)) return this.#v0(wire);
      if (method === 'POST' && path === V1_PATH && this.#options.v1 === true) return this.#v1(wire, request.headers);
      if (method === 'POST' && (path === '/flags' || path === '/decide')) return this.#flags(request);
      const settings = /^\/array\/([^/]+)\/config\.js$/.exec(path);
      if (method === 'GET' && settings !== null) return this.#settings(decodeURIComponent(settings[1] ?? ''));
      return textAnswer(404, '');
    } catch (error) {
      if (error instanceof AnswerError) return error.answer;
      throw error;
    }
  }

  #v0(wire: Buffer): SimulatorAnswer {
    if (wire.length > MAX_V0_WIRE_BYTES) return textAnswer(413, 'request body too large');
    const { token, events } = v0Batch(parsedJson(decompressedV0(wire)), this.#now());
    const isKnown = this.#isKnown(token);
    if (!isKnown && this.#options.unknownKeys === 'refused') return textAnswer(401, 'API key is not valid: unknown');
    if (events.some((event) => this.#options.isPoison?.(event) === true)) {
      return textAnswer(400, 'invalid event could not be processed');
    }
    (isKnown && !this.quotaExceeded ? this.#received : this.#dropped).push(...events);
    return jsonAnswer(200, { status: 'Ok' });
  }

  #v1(wire: Buffer, headers: IncomingHttpHeaders): SimulatorAnswer {
    requireV1Headers(headers);
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1]?.trim() ?? '';
    if (tokenProblem(token) !== undefined) throw v1Refusal(401, 'invalid_api_token');
    const isKnown = this.#isKnown(token);
    if (!isKnown && this.#options.unknownKeys === 'refused') throw v1Refusal(401, 'invalid_api_token');
    if (wire.length > MAX_V1_WIRE_BYTES) throw v1Refusal(413, 'payload_too_large');
    const body = decompressedV1(wire, headers['content-encoding']);
    if (body === undefined) throw v1Refusal(415, 'unsupported_encoding');
    const results = v1Results(parsedJson(body), this.#now()).map(({ uuid, outcome }) => {
      if (outcome.kind === 'drop') return [uuid, { result: 'drop', details: outcome.details }] as const;
      if (this.#options.isPoison?.(outcome.event) === true)
        return [uuid, { result: 'drop', details: 'rejected' }] as const;
      if (this.quotaExceeded) return [uuid, { result: 'drop', details: 'billing_limit_exceeded' }] as const;
      (isKnown ? this.#received : this.#dropped).push(outcome.event);
      return [uuid, { result: 'ok' }] as const;
    });
    return jsonAnswer(200, { results: Object.fromEntries(results) });
  }

  #flags({ body }: SimulatorRequest): SimulatorAnswer {
    const token = textAt(body, 'token');
    if (!this.#isKnown(token)) return textAnswer(401, 'The provided API key is invalid or has expired.');
    return jsonAnswer(200, { flags: {}, errorsWhileComputingFlags: false });
  }

  #settings(token: string): SimulatorAnswer {
    if (!this.#isKnown(token)) return textAnswer(404, '');
    const body = `(function() { window._POSTHOG_REMOTE_CONFIG = { ${JSON.stringify(token)}: {} } })();`;
    return { status: 200, headers: { 'content-type': 'application/javascript' }, body };
  }

  #isKnown(token: string): boolean {
    return this.#options.keys?.includes(token) ?? token.startsWith('phc_');
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}
