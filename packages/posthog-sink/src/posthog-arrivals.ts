import { ConfigError, RefusedError, SluiceError, UnexpectedAnswerError, type CallOptions } from '@sluice/core/adapter';
import type { ArrivalRange, Arrivals, ArrivedHour, ArrivedUuids, LikelyCause, MissingEvents } from '@sluice/core/sink';
import { z } from 'zod';
import { hoursQuery, MOST_ROWS, uuidsQuery, warningsQuery } from './arrival-queries.js';
import type { PosthogSinkConfig } from './config.js';
import { likelyCauses, type IngestionWarning, type Quota } from './likely-causes.js';
import type { ProjectApi } from './project-api.js';

/**
 * An event is found some seconds after PostHog has accepted it, and later when PostHog is behind; it promises no time. This
 * is our choice.
 */
const LAG_MS = 10 * 60_000;

const answered = z.object({ results: z.array(z.array(z.unknown())) });
const hourRow = z.tuple([z.string(), z.number(), z.number(), z.string(), z.string()]);
const uuidRow = z.tuple([z.string()]);
const warningRow = z.tuple([z.string(), z.string(), z.number()]);
const project = z.object({ api_token: z.string(), organization: z.string().optional() });
const usage = z.object({
  usage_summary: z.array(
    z.object({
      usage_key: z.string(),
      usage: z.number().nullable(),
      limit: z.number().nullable(),
      quota_limited_until: z.string().nullable(),
    }),
  ),
});

/** Reads back by PostHog's query API. Its personal key needs the scope `query:read`. */
export class PosthogArrivals implements Arrivals {
  readonly lagMs = LAG_MS;
  readonly place: string;
  readonly #api: ProjectApi;
  readonly #key: PosthogSinkConfig['apiKey'];
  #isProjectKnown = false;
  #organization: string | undefined;

  constructor(api: ProjectApi, { apiKey }: Pick<PosthogSinkConfig, 'apiKey'>) {
    this.place = `PostHog, ${api.pages}`;
    this.#api = api;
    this.#key = apiKey;
  }

  async hours(
    request: ArrivalRange & { readonly events: readonly string[] },
    options: CallOptions = {},
  ): Promise<readonly ArrivedHour[]> {
    await this.#assertProject(options);
    const rows = await this.#rows(hoursQuery(request), hourRow, options);
    return rows.map(([event, hour, uuids, first, second]) => ({
      event,
      hour: hour * 3_600_000,
      uuids,
      sums: [BigInt(first), BigInt(second)],
    }));
  }

  async uuids(
    request: ArrivalRange & { readonly event: string; readonly after?: string },
    options: CallOptions = {},
  ): Promise<ArrivedUuids> {
    const uuids = (await this.#rows(uuidsQuery(request), uuidRow, options)).map(([uuid]) => uuid);
    const last = uuids.at(-1);
    return { uuids, ...(uuids.length >= MOST_ROWS && last !== undefined && { next: last }) };
  }

  async causes(missing: readonly MissingEvents[], options: CallOptions = {}): Promise<readonly LikelyCause[]> {
    const since = missing.reduce((first, { hour }) => Math.min(first, hour), Number.POSITIVE_INFINITY);
    const [warnings, quotas] = [await this.#warnings(since, options), await this.#quotas(options)];
    return likelyCauses(missing, { warnings, quotas, pages: this.#api.pages });
  }

  #warnings(since: number, options: CallOptions): Promise<readonly IngestionWarning[] | undefined> {
    return ifShown(async () => {
      const rows = await this.#rows(warningsQuery(since), warningRow, options);
      return rows.map(([type, event, warnings]) => ({ type, event, warnings }));
    }, options);
  }

  /** Source: PostHog, the generated client of its API, `billingUsageSummaryRetrieve`. */
  async #quotas(options: CallOptions): Promise<readonly Quota[] | undefined> {
    const organization = this.#organization;
    if (organization === undefined) return undefined;
    const path = `/api/organizations/${encodeURIComponent(organization)}/billing/usage/`;
    const answer = await ifShown(() => this.#api.call('GET', path, { signal: options.signal }), options);
    const known = usage.safeParse(answer);
    return known.data?.usage_summary.map((each) => ({
      key: each.usage_key,
      used: each.usage ?? 0,
      limit: each.limit ?? undefined,
      until: each.quota_limited_until ?? undefined,
    }));
  }

  async #rows<Row>(query: string, row: z.ZodType<Row>, { signal }: CallOptions): Promise<readonly Row[]> {
    // A cached answer would be one from before a repair.
    const body = {
      query: { kind: 'HogQLQuery', query },
      refresh: 'force_blocking',
      name: 'sluice verify --destination',
    };
    const parsed = answered
      .extend({ results: z.array(row) })
      .safeParse(await this.#api.call('POST', '/query/', { body, scope: 'query:read', signal }));
    if (parsed.success) return parsed.data.results;
    throw new UnexpectedAnswerError(
      'PostHog answered a query with columns other than those requested: check project.url',
    );
  }

  /** Events of another project would look lost. Not every personal key may read the project. */
  async #assertProject({ signal }: CallOptions): Promise<void> {
    if (this.#isProjectKnown) return;
    let answer: unknown;
    try {
      answer = await this.#api.call('GET', '/', { signal });
    } catch (error) {
      if (!(error instanceof RefusedError && error.refusal === 'restricted')) throw error;
    }
    this.#isProjectKnown = true;
    const known = project.safeParse(answer);
    this.#organization = known.data?.organization;
    if (!known.success || known.data.api_token === this.#key.reveal()) return;
    throw new ConfigError(
      [],
      `apiKey belongs to a different project than ${this.#api.pages}: set project.id to its number`,
    );
  }
}

/** Undefined where this PostHog, or this key, does not show it: it would explain a loss, and is not needed to find one. */
async function ifShown<Shown>(ask: () => Promise<Shown>, { signal }: CallOptions): Promise<Shown | undefined> {
  try {
    return await ask();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof SluiceError) return undefined;
    throw error;
  }
}
