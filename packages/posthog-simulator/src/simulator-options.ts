import type { ModelPrices } from './ai/model-prices.js';
import type { ReceivedEvent } from './received-event.js';
import type { SimulatorFault } from './simulator-fault.js';
import type { SimulatorRequest } from './simulator-request.js';

export interface PosthogSimulatorOptions {
  /** The known project keys. Absent: every key that begins with `phc_`. */
  readonly keys?: readonly string[] | undefined;
  /** The answer to an unknown key: 200 without an effect, as from PostHog's cloud, or 401, as with token validation. */
  readonly unknownKeys?: 'dropped' | 'refused';
  /** Whether the deployment offers protocol v1. Default: false. */
  readonly v1?: boolean;
  /** Whether it has the route for large AI events, in each protocol that it offers. Default: false. */
  readonly ai?: boolean;
  /** An event that PostHog refuses; on v0 the whole request with it. */
  readonly isPoison?: (event: ReceivedEvent) => boolean;
  /** An event that a restriction of the project drops; on v0 silently. */
  readonly isRestricted?: (event: ReceivedEvent) => boolean;
  /** Chooses the fault of each request for events, counted from 1, when `failNext` has queued none. */
  readonly faultFor?: (requestNumber: number) => SimulatorFault | undefined;
  /** Called after every request. */
  readonly onRequest?: (request: SimulatorRequest) => void;
  /** The sizes above which PostHog answers 413. Default: those of PostHog's cloud. */
  readonly limits?: Partial<SizeLimits>;
  /** The prices by which PostHog estimates the cost of an AI event that has none. Default: those of a few models. */
  readonly modelPrices?: ModelPrices;
  /** Default: a free port. */
  readonly port?: number;
  /** PostHog's clock. */
  readonly now?: () => number;
}

export interface SizeLimits {
  /** Of a body as it is sent. Default: 20 MiB on v0, 10 MiB on v1. */
  readonly maxWireBytes: number;
  /** Of a decompressed body. Default: 100 MiB on v0, 50 MiB on v1. */
  readonly maxBodyBytes: number;
  /**
   * Of one event in PostHog's own message, where every quotation mark counts twice. Default: 1,000,000. On the route for AI
   * events: of the event's JSON on v0, of its properties on v1. Default: 8 MiB.
   */
  readonly maxEventBytes: number;
}

/** The size of an event in PostHog's message: its JSON within a JSON text. */
export function messageBytes(event: object): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(event)));
}
