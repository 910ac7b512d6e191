import { Secret, UnexpectedAnswerError, type AdapterContext } from '@sluice/core/adapter';
import { isHtml, isSuccess, quoted } from './http-answer.js';
import { HttpClient } from './http-client.js';
import type { HttpTimeouts } from './http-options.js';
import { headersOf, maskFor, pathOf, type HttpTarget } from './http-request.js';
import { revealed } from './secret-value.js';
import { statusError, type StatusTable } from './status-error.js';

const MAX_CONNECTIONS = 4;

interface JsonClientOptions {
  readonly name: string;
  readonly addressOption: string;
  readonly target: HttpTarget;
  readonly http: HttpTimeouts;
  readonly statuses: StatusTable;
}

/** The API answered 404: there is nothing at the path. Where that is no answer of its own, it is as any unexpected one. */
export class NothingThereError extends UnexpectedAnswerError {}

/** Asks one API for JSON. Whatever is not a 2xx with JSON is an error of the contracts. */
export class JsonClient {
  readonly #options: JsonClientOptions;
  readonly #context: AdapterContext;
  readonly #client: HttpClient;
  readonly #mask: (text: string) => string;

  constructor(options: JsonClientOptions, context: AdapterContext) {
    const { target, http, name, addressOption } = options;
    this.#options = options;
    this.#context = context;
    this.#mask = maskFor(target, []);
    this.#client = new HttpClient(
      {
        peer: { name, addressOption },
        url: target.url instanceof Secret ? target.url.reveal() : target.url,
        connectTimeoutMs: http.connectTimeout,
        requestTimeoutMs: http.requestTimeout,
        maxConnections: MAX_CONNECTIONS,
        mask: this.#mask,
        isBodyData: true,
      },
      context,
    );
  }

  async get(path: string, query: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<unknown> {
    const { target, name, addressOption, statuses } = this.#options;
    const asked = { ...target, path: `${target.path ?? ''}${path}`, query: { ...target.query, ...query } };
    const answer = await this.#client.call({
      method: 'GET',
      path: pathOf(asked, revealed),
      headers: { accept: 'application/json', ...headersOf(target, revealed) },
      signal,
    });
    const peer = { name, addressOption };
    if (!isSuccess(answer)) {
      const error = statusError(answer, this.#context.runtime.now(), { peer, statuses });
      const isMissing = answer.status === 404 && !isHtml(answer) && error instanceof UnexpectedAnswerError;
      throw isMissing ? new NothingThereError(error.message) : error;
    }
    try {
      return JSON.parse(answer.body);
    } catch {
      const said = quoted({ ...answer, body: this.#mask(answer.body) });
      throw new UnexpectedAnswerError(
        `${name} answered ${answer.status} with ${said}, which is not JSON: check ${addressOption}`,
      );
    }
  }

  close(): void {
    this.#client.close();
  }
}
