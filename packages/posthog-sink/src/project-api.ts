import {
  HttpClient,
  isSuccess,
  maskOf,
  quoted,
  statusError,
  type HttpCall,
  type HttpPeer,
  type StatusTable,
} from '@sluice/adapter-kit';
import { UnexpectedAnswerError, type AdapterContext, type JsonValue } from '@sluice/core/adapter';
import type { PosthogSinkConfig } from './config.js';
import type { ProjectOptions } from './project-options.js';
import { appAddress } from './host.js';

const MAX_CONNECTIONS = 2;

const POSTHOG_APP: HttpPeer = { name: 'PostHog', addressOption: 'project.url', insecureOption: 'allowInsecure' };

/**
 * Sources: https://posthog.com/docs/api, "Authentication" and "Rate limiting"; PostHog, posthog/permissions.py: a 403 names
 * the missing scope, or the project that the key has no access to.
 */
function statusesFor(scope: string | undefined): StatusTable {
  const needed = scope === undefined ? 'a scope' : `the scope ${scope}`;
  return {
    401: { means: 'credentials', advice: 'check project.personalApiKey, and that it belongs to this PostHog' },
    403: { means: 'restricted', advice: `the personal API key lacks ${needed}, or access to the project` },
    404: { means: 'unexpected', advice: 'check project.id and project.url' },
    429: { means: 'retry', advice: 'PostHog limits the calls of a personal API key: wait, then call again' },
  };
}

/** PostHog's API of one project, by a personal key: one attempt a call. Not for sending events. */
export class ProjectApi {
  /** Where people open the project. */
  readonly pages: string;
  readonly #options: ProjectOptions;
  readonly #context: AdapterContext;
  readonly #client: HttpClient;

  constructor(config: PosthogSinkConfig, options: ProjectOptions, context: AdapterContext) {
    const url = options.url ?? appAddress(config.host.url);
    this.pages = `${url}/project/${options.id}`;
    this.#options = options;
    this.#context = context;
    this.#client = new HttpClient(
      {
        peer: POSTHOG_APP,
        url,
        connectTimeoutMs: config.connectTimeout,
        requestTimeoutMs: config.requestTimeout,
        maxConnections: MAX_CONNECTIONS,
        mask: maskOf([options.personalApiKey.reveal()]),
      },
      context,
    );
  }

  /**
   * @param path below the project, such as `/insights/?limit=100`
   * @param scope what the personal key needs for it, such as `insight:read`; named when PostHog refuses the key
   */
  async call(
    method: HttpCall['method'],
    path: string,
    {
      body,
      scope,
      signal,
    }: { readonly body?: JsonValue; readonly scope?: string; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<unknown> {
    const answer = await this.#client.call({
      method,
      // What belongs to the organization is not below a project.
      path: path.startsWith('/api/') ? path : `/api/projects/${this.#options.id}${path}`,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${this.#options.personalApiKey.reveal()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    if (!isSuccess(answer)) {
      throw statusError(answer, this.#context.runtime.now(), { peer: POSTHOG_APP, statuses: statusesFor(scope) });
    }
    if (answer.status === 204) return undefined;
    try {
      return JSON.parse(answer.body);
    } catch {
      const said = `PostHog answered ${answer.status} with ${quoted(answer)}, which is not JSON`;
      throw new UnexpectedAnswerError(`${said}: check project.url`);
    }
  }

  close(): void {
    this.#client.close();
  }
}
