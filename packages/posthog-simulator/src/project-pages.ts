import type { JsonObject } from '@sluice/core/adapter';
import { isJsonObject, textAt } from './json-shape.js';
import type { SimulatedPage } from './simulated-page.js';
import { jsonAnswer, type SimulatorAnswer } from './simulator-answer.js';
import type { SimulatorRequest } from './simulator-request.js';

type PageKind = 'dashboards' | 'insights';

const PROJECT = 12345;
const PATH = /^\/api\/projects\/(?<project>\d+)\/(?<kind>dashboards|insights)(?:\/(?<id>\d+))?$/;
/** Source: PostHog, products/product_analytics/backend/models/insight.py. */
const MAX_TEXT = 400;
const PAGE_SIZE = 100;

/**
 * PostHog's API for the dashboards and insights of one project.
 *
 * Sources: PostHog, products/dashboards/backend/api/dashboard.py, products/product_analytics/backend/api/insight.py,
 * posthog/api/tagged_item.py, posthog/permissions.py, and https://posthog.com/docs/api.
 */
export class ProjectPages {
  /** What people choose for the personal key; `:write` includes `:read`. */
  scopes: readonly string[] = ['dashboard:write', 'insight:write'];
  /** Whether the plan has tags. Without it they are dropped silently. */
  hasTags = false;
  /** What the next calls are answered with, such as 429; undefined for one that is answered as usual. */
  readonly failures: (SimulatorAnswer | undefined)[] = [];
  readonly dashboards: SimulatedPage[] = [];
  readonly insights: SimulatedPage[] = [];
  readonly #key: string;
  #nextId = 1;

  constructor(key = 'phx_personal') {
    this.#key = key;
  }

  /** Undefined for a request to another part of PostHog. */
  answer(request: SimulatorRequest): SimulatorAnswer | undefined {
    const { project, kind, id } = PATH.exec(request.path)?.groups ?? {};
    if (kind !== 'dashboards' && kind !== 'insights') return undefined;
    const failure = this.failures.shift();
    if (failure !== undefined) return failure;
    const refusal = this.#refusal(request, kind, Number(project));
    if (refusal !== undefined) return refusal;
    if (id === undefined && request.method === 'GET') return this.#list(kind, request);
    if (id === undefined && request.method === 'POST') return this.#create(kind, request.body);
    if (id !== undefined && request.method === 'PATCH') return this.#change(kind, Number(id), request.body);
    return problem(405, 'method_not_allowed', `Method "${request.method}" not allowed.`);
  }

  /** As a person makes it by hand. */
  add(kind: PageKind, page: Partial<SimulatedPage>): SimulatedPage {
    const id = this.#nextId;
    this.#nextId += 1;
    const made: SimulatedPage = {
      short_id: `short${id}`,
      name: '',
      description: '',
      deleted: false,
      tags: [],
      query: {},
      dashboards: [],
      ...page,
      id,
    };
    this[kind].push(made);
    return made;
  }

  #refusal({ headers, method }: SimulatorRequest, kind: PageKind, project: number): SimulatorAnswer | undefined {
    if (headers.authorization !== `Bearer ${this.#key}`) {
      return problem(
        401,
        'authentication_failed',
        'Personal API key found in request Authorization header is invalid.',
      );
    }
    if (project !== PROJECT) return problem(404, 'not_found', 'Project not found.');
    const area = kind.slice(0, -1);
    const needed = `${area}:${method === 'GET' ? 'read' : 'write'}`;
    if (this.scopes.some((scope) => scope === needed || scope === `${area}:write`)) return undefined;
    return problem(403, 'permission_denied', `API key missing required scope '${needed}'`);
  }

  #list(kind: PageKind, { query, headers, path }: SimulatorRequest): SimulatorAnswer {
    const asked = new URLSearchParams(query);
    const [limit, offset] = [Number(asked.get('limit') ?? PAGE_SIZE), Number(asked.get('offset') ?? 0)];
    const there = this[kind].filter(({ deleted }) => !deleted);
    // Without an order, two pages can come from two orders.
    const sorted =
      kind === 'insights' && offset > 0 && asked.get('order') !== 'created_at' ? there.toReversed() : there;
    asked.set('offset', String(offset + limit));
    const next = `http://${headers.host ?? 'localhost'}${path}/?${asked.toString()}`;
    return jsonAnswer(200, {
      count: there.length,
      next: offset + limit < there.length ? next : null,
      previous: null,
      results: sorted.slice(offset, offset + limit).map((page) => this.#shown(kind, page)),
    });
  }

  #create(kind: PageKind, body: unknown): SimulatorAnswer {
    const page = this.add(kind, {});
    const answer = this.#write(kind, page, body);
    if (answer.status >= 400) this[kind].pop();
    return { ...answer, status: answer.status === 200 ? 201 : answer.status };
  }

  #change(kind: PageKind, id: number, body: unknown): SimulatorAnswer {
    const page = this[kind].find((each) => each.id === id && !each.deleted);
    return page === undefined ? problem(404, 'not_found', 'Not found.') : this.#write(kind, page, body);
  }

  #write(kind: PageKind, page: SimulatedPage, body: unknown): SimulatorAnswer {
    const given = isJsonObject(body) ? body : {};
    const { name, description, deleted, tags, query, dashboards } = given;
    if (kind === 'insights' && [name, description].some((each) => typeof each === 'string' && each.length > MAX_TEXT)) {
      return problem(400, 'max_length', `Ensure this field has no more than ${MAX_TEXT} characters.`);
    }
    if (query !== undefined && !isSqlQuery(query)) return problem(400, 'invalid_input', 'query: not of the schema');
    if (Array.isArray(dashboards) && !dashboards.every((id) => this.dashboards.some((each) => each.id === id))) {
      return problem(400, 'does_not_exist', 'Invalid pk - object does not exist.');
    }
    if (typeof name === 'string') page.name = name.trim();
    if (typeof description === 'string') page.description = description.trim();
    if (typeof deleted === 'boolean') page.deleted = deleted;
    if (this.hasTags && Array.isArray(tags)) page.tags = tags.map(String);
    // PostHog completes a query by its schema, and sorts it.
    if (isSqlQuery(query)) page.query = { tableSettings: null, ...query, source: { version: 2, ...query.source } };
    if (Array.isArray(dashboards)) page.dashboards = dashboards.map(Number);
    return jsonAnswer(200, this.#shown(kind, page));
  }

  #shown(kind: PageKind, page: SimulatedPage): object {
    const { id, name, description, deleted, tags, ...ofInsight } = page;
    const shown = { id, name, description, deleted, tags: this.hasTags ? tags : [] };
    if (kind === 'dashboards') return shown;
    const there = this.dashboards.filter((each) => !each.deleted).map((each) => each.id);
    return { ...shown, ...ofInsight, dashboards: page.dashboards.filter((each) => there.includes(each)) };
  }
}

function isSqlQuery(query: unknown): query is { readonly source: JsonObject } {
  return isJsonObject(query) && textAt(query['source'], 'kind') === 'HogQLQuery';
}

function problem(status: number, code: string, detail: string): SimulatorAnswer {
  const type = status === 401 || status === 403 ? 'authentication_error' : 'invalid_request';
  return jsonAnswer(status, { type, code, detail, attr: null });
}
