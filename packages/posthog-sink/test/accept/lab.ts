import { isObject, jsonObject, type HttpAnswer } from '@sluice/adapter-kit';
import type { Instant, JsonObject } from '@sluice/core/adapter';
import type { PosthogApi } from '#src/posthog-api.js';
import { hashUuid } from '#src/hash-uuid.js';
import { PATHS, v1Headers, type Route } from '#src/posthog-request.js';

const EVENT_NAME = 'sluice acceptance probe';
const USER_AGENT = 'sluice-acceptance/1';
const JSON_BODY = { 'content-type': 'application/json' };

/** What probes need: a project to send to, and marked events. */
export class Lab {
  readonly api: PosthogApi;
  readonly run: string;
  readonly now: Instant;
  /** A session of this run: a uuid of version 7, as PostHog's own. */
  readonly session: string;
  /** The uuids that must arrive before anything is judged. */
  readonly expected = new Set<string>();
  readonly offersV1: boolean;
  #uuids = 0;

  private constructor(api: PosthogApi, run: string, now: Instant, offersV1: boolean) {
    this.api = api;
    this.run = run;
    this.now = now;
    this.offersV1 = offersV1;
    const hex = Math.floor(now).toString(16).padStart(12, '0');
    this.session = `${hex.slice(0, 8)}-${hex.slice(8)}-7${this.uuid().slice(15)}`;
  }

  static async open(api: PosthogApi, run: string, now: Instant): Promise<Lab> {
    const lab = new Lab(api, run, now, false);
    return new Lab(api, run, now, tagOf(await lab.v1([])) === 'empty_batch');
  }

  /** Another one at every call, and in every run. */
  uuid(): string {
    this.#uuids += 1;
    return hashUuid(`${this.run} ${this.#uuids}`);
  }

  /** A marked event in the format of v0, without a person, an hour and a half old. */
  event(
    probe: string,
    { properties = {}, ...overrides }: { readonly properties?: JsonObject; readonly [field: string]: unknown } = {},
  ) {
    const uuid = this.uuid();
    return {
      event: EVENT_NAME,
      distinct_id: uuid,
      uuid,
      timestamp: new Date(this.now - 90 * 60_000).toISOString(),
      ...overrides,
      properties: {
        sluice_acceptance_run: this.run,
        sluice_acceptance_probe: probe,
        $geoip_disable: true,
        $process_person_profile: false,
        ...properties,
      },
    };
  }

  v0(
    events: readonly object[],
    { route = 'ordinary', ...envelope }: { readonly route?: Route; readonly [field: string]: unknown } = {},
  ): Promise<HttpAnswer> {
    return this.raw(JSON.stringify({ api_key: this.api.key, ...envelope, batch: events }), route);
  }

  /** A body of v0 that `JSON.stringify` would not write. */
  raw(body: string, route: Route = 'ordinary'): Promise<HttpAnswer> {
    return this.api.post(PATHS[route].v0, { headers: JSON_BODY, body });
  }

  /** Events in the format of v0 are valid in v1. The request says that it was made two minutes ago. */
  v1(events: readonly object[], route: Route = 'ordinary'): Promise<HttpAnswer> {
    const requestId = hashUuid(`${this.run} v1 ${this.#uuids}`);
    const headers = { key: this.api.key, userAgent: USER_AGENT, attempt: 1, now: this.now - 120_000, requestId };
    const options = { disable_skew_correction: true };
    const batch = events.map((event) => ({ options, ...event }));
    const body = JSON.stringify({ created_at: new Date(this.now).toISOString(), batch });
    return this.api.post(PATHS[route].v1, { headers: { ...JSON_BODY, ...v1Headers(headers) }, body });
  }
}

/** What v1 says of one event. */
export function wordOf(answer: HttpAnswer, uuid: string): { readonly result: string; readonly details: string } {
  const results: unknown = jsonObject(answer)?.['results'];
  const word: unknown = isObject(results) ? results[uuid] : undefined;
  if (!isObject(word)) return { result: 'nothing', details: '' };
  return { result: String(word['result']), details: typeof word['details'] === 'string' ? word['details'] : '' };
}

export function tagOf(answer: HttpAnswer): unknown {
  return jsonObject(answer)?.['error'];
}
