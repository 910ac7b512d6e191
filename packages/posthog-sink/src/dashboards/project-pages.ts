import { UnexpectedAnswerError, type CallOptions, type JsonValue } from '@sluice/core/adapter';
import { z } from 'zod';
import type { ProjectApi } from '../project-api.js';
import { contentOfDashboard, contentOfInsight, type Content } from './content.js';
import { readMark, type Mark } from './mark.js';

/** A dashboard or an insight that Sluice made. */
export interface Page {
  readonly id: number;
  readonly url: string;
  readonly mark: Mark;
  readonly content: Content;
  /** Of an insight: the dashboards that show it, and its query as it is. */
  readonly dashboards: readonly number[];
  readonly query: unknown;
}

export type PageKind = 'dashboard' | 'insight';

const PAGE_SIZE = 100;

const itemSchema = z.looseObject({
  id: z.number(),
  short_id: z.string().optional(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  query: z.unknown().optional(),
  dashboards: z.array(z.number()).nullish(),
});
const listSchema = z.looseObject({ next: z.string().nullish(), results: z.array(itemSchema) });

/**
 * Dashboards and insights of a project. Sources: https://posthog.com/docs/api/dashboards and /docs/api/insights; PostHog,
 * products/dashboards/backend/api/dashboard.py and products/product_analytics/backend/api/insight.py:
 *
 * - A list has pages with `next`, and leaves out what is deleted. With `basic`, no insight is calculated.
 * - `order=created_at`: without it the order of insights is not defined, and a page could repeat another's.
 * - `search` is not used: newer versions also find what is similar.
 * - `DELETE` is refused; `PATCH` with `deleted` hides, and people can restore.
 * - Reading needs the scopes `dashboard:read` and `insight:read`. `:write` includes `:read`:
 *   https://posthog.com/docs/api/scopes.
 */
export class ProjectPages {
  readonly #api: ProjectApi;

  constructor(api: ProjectApi) {
    this.#api = api;
  }

  /** Those that Sluice made, the oldest first. */
  async made(kind: PageKind, { signal }: CallOptions = {}): Promise<readonly Page[]> {
    const pages: Page[] = [];
    for (let offset = 0; ;) {
      const query = kind === 'insight' ? '&basic=true&order=created_at' : '';
      const path = `/${kind}s/?limit=${PAGE_SIZE}&offset=${offset}${query}`;
      const { results, next } = parsed(
        listSchema,
        await this.#api.call('GET', path, { scope: `${kind}:read`, signal }),
        path,
      );
      pages.push(...results.flatMap((item) => this.#page(kind, item) ?? []));
      offset += results.length;
      if (typeof next !== 'string' || results.length === 0) return pages.toSorted((one, other) => one.id - other.id);
    }
  }

  /** The id of what was made, and its address. */
  async create(
    kind: PageKind,
    body: Readonly<Record<string, JsonValue>>,
    { signal }: CallOptions = {},
  ): Promise<Pick<Page, 'id' | 'url'>> {
    const path = `/${kind}s/`;
    const item = parsed(itemSchema, await this.#api.call('POST', path, { body, scope: `${kind}:write`, signal }), path);
    return { id: item.id, url: this.#url(kind, item) };
  }

  async change(
    kind: PageKind,
    id: number,
    body: Readonly<Record<string, JsonValue>>,
    { signal }: CallOptions = {},
  ): Promise<void> {
    await this.#api.call('PATCH', `/${kind}s/${id}/`, { body, scope: `${kind}:write`, signal });
  }

  #page(kind: PageKind, item: z.infer<typeof itemSchema>): Page | undefined {
    const { description, mark } = readMark(item.description ?? '');
    if (mark === undefined) return undefined;
    const name = item.name ?? '';
    const content =
      kind === 'dashboard'
        ? contentOfDashboard({ name, doc: description })
        : contentOfInsight(name, description, item.query);
    const { id, query, dashboards } = item;
    return { id, url: this.#url(kind, item), mark, content, query, dashboards: dashboards ?? [] };
  }

  #url(kind: PageKind, { id, short_id: shortId }: z.infer<typeof itemSchema>): string {
    return `${this.#api.pages}/${kind === 'dashboard' ? 'dashboard' : 'insights'}/${shortId ?? id}`;
  }
}

function parsed<T>(schema: z.ZodType<T>, answer: unknown, path: string): T {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  throw new UnexpectedAnswerError(`PostHog's answer to ${path} does not have the shape of its API: check project.url`);
}
