import { isJsonObject, textAt } from './json-shape.js';
import { queryRows, type QueriedRows } from './query-rows.js';
import { jsonAnswer, type SimulatorAnswer } from './simulator-answer.js';
import type { SimulatorRequest } from './simulator-request.js';

/** What PostHog's API of a project shows of the simulator's state. */
export interface ProjectRead extends QueriedRows {
  /** The key of the project; undefined: personal keys may not read it. */
  readonly token: string | undefined;
  readonly quotaExceeded: boolean;
}

const PROJECT = /^\/api\/projects\/\d+(\/query)?$/;
const ORGANIZATION = 'simulated';
const USAGE = `/api/organizations/${ORGANIZATION}/billing/usage`;

/** PostHog's answer to a request for a project or a query by a personal key; undefined for any other request. */
export function projectRead(
  { method, path, headers, body }: SimulatorRequest,
  state: ProjectRead,
): SimulatorAnswer | undefined {
  const asked = PROJECT.exec(path);
  if (asked === null && path !== USAGE) return undefined;
  const isQuery = asked?.[1] !== undefined;
  if (method !== (isQuery ? 'POST' : 'GET')) return undefined;
  if (headers.authorization?.startsWith('Bearer phx_') !== true) {
    return failure(401, 'authentication_error', 'Invalid personal API key.');
  }
  if (asked === null) return jsonAnswer(200, usage(state.quotaExceeded));
  if (!isQuery) {
    return state.token === undefined
      ? failure(403, 'authentication_error', "API key missing required scope 'project:read'")
      : jsonAnswer(200, { api_token: state.token, organization: ORGANIZATION });
  }
  const query = isJsonObject(body) ? body['query'] : undefined;
  const results = textAt(query, 'kind') === 'HogQLQuery' ? queryRows(textAt(query, 'query'), state) : undefined;
  if (results === undefined) return failure(400, 'validation_error', 'the simulator does not know this query');
  return jsonAnswer(200, { results });
}

/** Source: PostHog, the generated client of its API, `BillingUsageSummaryApi`. */
function usage(isExceeded: boolean): object {
  const until = isExceeded ? '2027-01-01T00:00:00Z' : null;
  return {
    usage_summary: ['events', 'llm_events'].map((key) => ({
      usage_key: key,
      usage: isExceeded ? 1_000_000 : 1,
      limit: 1_000_000,
      quota_limited_until: until,
    })),
  };
}

function failure(status: number, type: string, detail: string): SimulatorAnswer {
  return jsonAnswer(status, { type, code: 'error', detail, attr: null });
}
