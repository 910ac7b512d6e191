import { isObject } from '@sluice/adapter-kit';
import { UnexpectedAnswerError, type JsonObject } from '@sluice/core/adapter';
import type { ProjectApi } from '#src/project-api.js';
import { EVENTS_QUERY, GROUPS_QUERY, PERSONS_QUERY, SESSIONS_QUERY } from './queries.js';

export interface StoredEvent {
  readonly uuid: string;
  readonly event: string;
  readonly distinctId: string;
  /** Milliseconds; NaN if PostHog's text is not a time. */
  readonly time: number;
  readonly value: string | undefined;
  readonly country: string | undefined;
}

/** What PostHog's query API finds of a run. */
export interface StoredEvents {
  readonly events: readonly StoredEvent[];
  /** The value of each person that the run made, by the probe that made it. */
  readonly persons: ReadonlyMap<string, string | undefined>;
  /** The keys of the groups that the run made. */
  readonly groups: ReadonlySet<string>;
  readonly hasSession: boolean;
  /** Whether every event arrived that a probe waits for. Otherwise a missing event means little. */
  readonly isComplete: boolean;
}

export async function storedEvents(
  api: ProjectApi,
  { run, session }: { readonly run: string; readonly session: string },
): Promise<Omit<StoredEvents, 'isComplete'>> {
  const events = await rows(api, EVENTS_QUERY, { run });
  const persons = await rows(api, PERSONS_QUERY, { run });
  const groups = await rows(api, GROUPS_QUERY, { run });
  const sessions = await rows(api, SESSIONS_QUERY, { session });
  return {
    events: events.map(([uuid, event, distinctId, time, value, country]) => ({
      uuid: text(uuid),
      event: text(event),
      distinctId: text(distinctId),
      time: Date.parse(text(time)),
      value: optional(value),
      country: optional(country),
    })),
    persons: new Map(persons.map(([probe, value]) => [text(probe), optional(value)])),
    groups: new Set(groups.map(([key]) => text(key))),
    hasSession: sessions.length > 0,
  };
}

async function rows(api: ProjectApi, query: string, values: JsonObject): Promise<readonly (readonly unknown[])[]> {
  const body = { query: { kind: 'HogQLQuery', query, values }, refresh: 'force_blocking' };
  const answer = await api.call('POST', '/query/', { body, scope: 'query:read' });
  const results: unknown = isObject(answer) ? answer['results'] : undefined;
  if (!Array.isArray(results)) throw new UnexpectedAnswerError('the query API answered without results');
  return results.map((row: unknown): readonly unknown[] => (Array.isArray(row) ? row : []));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function optional(value: unknown): string | undefined {
  return value === null || value === undefined || value === '' ? undefined : String(value);
}
