import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { TransientError, UnexpectedAnswerError } from '@sluice/core';
import { got, RequestError, type Got } from 'got';
import { MASKED_KEY } from './project-key.js';
import type { PosthogAnswer } from './posthog-answer.js';

export interface PosthogApiOptions {
  readonly url: string;
  readonly userAgent: string;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
}

export interface PosthogCall {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
}

/** Errors of TLS that a later attempt does not mend: it is not the host that we think it is. */
const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/** The HTTP connection to one host. One attempt a call; whatever has a status is an answer, not an error. */
export class PosthogApi {
  readonly #client: Got;
  readonly #agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
  readonly #host: string;

  constructor(options: PosthogApiOptions) {
    const agent = { keepAlive: true, maxSockets: options.maxConnections };
    this.#agents = { http: new HttpAgent(agent), https: new HttpsAgent(agent) };
    this.#host = new URL(options.url).host;
    this.#client = got.extend({
      prefixUrl: options.url,
      agent: this.#agents,
      headers: { 'user-agent': options.userAgent },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      timeout: {
        lookup: options.connectTimeoutMs,
        connect: options.connectTimeoutMs,
        secureConnect: options.connectTimeoutMs,
        request: options.requestTimeoutMs,
      },
    });
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

  async #call(method: 'GET' | 'POST', path: string, { headers, body, signal }: PosthogCall): Promise<PosthogAnswer> {
    signal?.throwIfAborted();
    try {
      const response = await this.#client(path.replace(/^\//, ''), {
        method,
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
      const { location, 'retry-after': retryAfter, 'content-type': contentType = '' } = response.headers;
      return {
        status: response.statusCode,
        contentType,
        body: response.body,
        ...(location === undefined ? {} : { location }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof RequestError ? this.#connectionError(error) : error;
    }
  }

  /** Without the original as cause: it holds the request's options, and with them the key. */
  #connectionError({ code, message }: RequestError): Error {
    if (CERTIFICATE_ERROR.test(code)) {
      return new UnexpectedAnswerError(`the certificate of ${this.#host} is not trusted (${code})`);
    }
    const reason = message
      .replace(/\s+/g, ' ')
      .replace(/phc_[^\s/"']+/g, MASKED_KEY)
      .trim();
    return new TransientError(`no answer from ${this.#host}: ${code}${reason === '' ? '' : ` (${reason})`}`);
  }
}
