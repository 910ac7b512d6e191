import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { AiPages } from './ai/ai-pages.js';
import { aiTables } from './ai/ai-tables.js';
import { MODEL_PRICES } from './ai/model-prices.js';
import { answerOf, captureV0, captureV1, type CaptureContext } from './capture.js';
import { Groups } from './groups.js';
import { textAt } from './json-shape.js';
import { ProjectPages } from './project-pages.js';
import { projectRead } from './project-read.js';
import type { IngestionWarning } from './query-rows.js';
import { deduplicationKey, type ReceivedEvent } from './received-event.js';
import { jsonAnswer, textAnswer, type SimulatorAnswer } from './simulator-answer.js';
import { faultAnswer, type SimulatorFault } from './simulator-fault.js';
import type { PosthogSimulatorOptions } from './simulator-options.js';
import {
  isForEvents,
  simulatorRequest,
  AI_PATHS,
  V0_PATHS,
  V1_PATH,
  type SimulatorRequest,
} from './simulator-request.js';

/** A PostHog on this machine that takes events, as strict and as silent as the real one. */
export class PosthogSimulator {
  /** Set it during a test: the project's quota is exhausted. v0 still answers 200. */
  quotaExceeded = false;
  /** The dashboards and insights of the project 12345, whose personal key is `phx_personal`. */
  readonly pages = new ProjectPages();
  /** Set it during a test: what PostHog has warned of. */
  warnings: readonly IngestionWarning[] = [];
  readonly #options: PosthogSimulatorOptions;
  readonly #server: Server;
  readonly #requests: SimulatorRequest[] = [];
  readonly #received: ReceivedEvent[] = [];
  readonly #dropped: ReceivedEvent[] = [];
  readonly #faults: SimulatorFault[] = [];
  #requestsForEvents = 0;

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

  /** The requests for events, without probes. */
  get eventRequests(): readonly SimulatorRequest[] {
    return this.#requests.filter(isForEvents);
  }

  /** Every stored event in order, with repeats. */
  received(): readonly ReceivedEvent[] {
    return this.#received;
  }

  /** Events that were answered as accepted and not stored: unknown key, quota, restriction, a bad group. */
  dropped(): readonly ReceivedEvent[] {
    return this.#dropped;
  }

  /** The groups that PostHog has made of the stored events. */
  groups(): Groups {
    return new Groups(this.#received);
  }

  /** What a query finds after PostHog's deduplication: the last event received for each deduplication key. */
  distinct(): readonly ReceivedEvent[] {
    return [...new Map(this.#received.map((event) => [deduplicationKey(event), event])).values()];
  }

  /** What PostHog's AI pages show of the events received so far. */
  aiPages(): AiPages {
    const { modelPrices: prices = MODEL_PRICES } = this.#options;
    return new AiPages(aiTables(this.#received, { nowMs: this.#nowMs(), prices }));
  }

  /** Queues a fault for the next requests for events, behind the faults that are queued already. */
  failNext(fault: SimulatorFault, times = 1): void {
    for (let index = 0; index < times; index += 1) this.#faults.push(fault);
  }

  /** Clears requests, events and faults. */
  reset(): void {
    this.#requests.length = 0;
    this.#received.length = 0;
    this.#dropped.length = 0;
    this.#faults.length = 0;
    this.#requestsForEvents = 0;
    this.quotaExceeded = false;
    this.warnings = [];
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const wire = await buffer(incoming);
    const request = simulatorRequest(incoming, wire);
    this.#requests.push(request);
    const fault = isForEvents(request) ? this.#nextFault() : undefined;
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'slow') await sleep(fault.delayMs);
    const isAccepted = fault?.kind !== 'reset' || fault.when === 'after';
    const answer = faultAnswer(fault) ?? (isAccepted ? this.#answer(request, wire, fault) : undefined);
    if (answer === undefined || fault?.kind === 'reset') {
      this.#options.onRequest?.(request);
      response.destroy();
      return;
    }
    request.status = answer.status;
    this.#options.onRequest?.(request);
    const now = this.#options.now?.();
    response.writeHead(answer.status, {
      ...(now !== undefined && { date: new Date(now).toUTCString() }),
      ...answer.headers,
    });
    response.end(answer.body);
  }

  #nextFault(): SimulatorFault | undefined {
    this.#requestsForEvents += 1;
    return this.#faults.shift() ?? this.#options.faultFor?.(this.#requestsForEvents);
  }

  #answer(request: SimulatorRequest, wire: Buffer, fault: SimulatorFault | undefined): SimulatorAnswer {
    const { method, path } = request;
    const { v1 = false, ai = false } = this.#options;
    const route = ai && (path === AI_PATHS.v0 || path === AI_PATHS.v1) ? 'ai' : 'ordinary';
    const context = this.#capture(route, fault);
    if (method === 'POST' && (V0_PATHS.has(path) || (ai && path === AI_PATHS.v0))) {
      return answerOf(() => captureV0(wire, context));
    }
    if (method === 'POST' && v1 && (path === V1_PATH || (ai && path === AI_PATHS.v1))) {
      return answerOf(() => captureV1(wire, request.headers, context));
    }
    if (method === 'POST' && (path === '/flags' || path === '/decide')) return this.#flags(request);
    const settings = /^\/array\/([^/]+)\/config\.js$/.exec(path);
    if (method === 'GET' && settings !== null) return this.#settings(decodeURIComponent(settings[1] ?? ''));
    return projectRead(request, this.#readable()) ?? this.pages.answer(request) ?? textAnswer(404, '');
  }

  #readable() {
    const { quotaExceeded, warnings } = this;
    return { token: this.#options.keys?.[0], events: this.#received, warnings, quotaExceeded };
  }

  #capture(route: CaptureContext['route'], fault: SimulatorFault | undefined): CaptureContext {
    return {
      route,
      options: this.#options,
      nowMs: this.#nowMs(),
      isKnown: (token) => this.#isKnown(token),
      quotaExceeded: this.quotaExceeded,
      partial: fault?.kind === 'partial' ? fault : undefined,
      store: (event) => this.#received.push(event),
      lose: (event) => this.#dropped.push(event),
    };
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

  #nowMs(): number {
    return this.#options.now?.() ?? Date.now();
  }

  #isKnown(token: string): boolean {
    return this.#options.keys?.includes(token) ?? token.startsWith('phc_');
  }
}
