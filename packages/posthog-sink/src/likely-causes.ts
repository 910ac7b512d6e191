import type { LikelyCause, MissingEvents } from '@sluice/core/sink';

/** One row of PostHog's ingestion warnings. */
export interface IngestionWarning {
  readonly type: string;
  /** The name of the event; empty where the warning does not say. */
  readonly event: string;
  readonly warnings: number;
}

/** How much of a quota is used in the running billing period. */
export interface Quota {
  /** `events`, or `llm_events` for AI events. */
  readonly key: string;
  readonly used: number;
  readonly limit: number | undefined;
  /** Until when PostHog drops events of the kind; undefined while it takes them. */
  readonly until: string | undefined;
}

/** What PostHog shows, undefined where it does not, and where people open the project. */
export interface Evidence {
  /** Since the first missing event. */
  readonly warnings: readonly IngestionWarning[] | undefined;
  readonly quotas: readonly Quota[] | undefined;
  readonly pages: string;
}

/**
 * What the warnings mean with which PostHog drops an event. Source: PostHog, `nodejs/src/ingestion`, the table
 * INGESTION_WARNING_TYPES, and `rust/common/ingestion_warnings`.
 */
const DROPPED: Readonly<Record<string, string>> = {
  event_dropped_by_transformation: 'a transformation of the project drops it: see Data pipelines, Transformations',
  event_dropped_too_old: 'the project drops events of this age: see its setting drop_events_older_than',
  invalid_event_when_process_person_profile_is_false: 'it changes a person, without person processing',
  malformed_distinct_id: 'its distinct id is one that PostHog refuses',
  message_size_too_large: 'it is too large for PostHog',
  missing_distinct_id: 'it has no distinct id',
  missing_event_name: 'it has no name',
  schema_validation_failed: 'it does not fit the schema that the project enforces: see Data management, Schema',
  skipping_event_invalid_distinct_id: 'its distinct id is one that PostHog refuses',
  skipping_event_invalid_uuid: 'its uuid is not a UUID',
};

/**
 * Why events are likely to be missing. PostHog writes a warning for most of what it drops, but none for a quota and an event
 * restriction: these are named where no warning explains the loss of some event, and a quota that is reached in any case.
 */
export function likelyCauses(
  missing: readonly MissingEvents[],
  { warnings, quotas, pages }: Evidence,
): readonly LikelyCause[] {
  const names = new Set(missing.map(({ event }) => event));
  const concerned = (warnings ?? []).filter(({ event }) => event === '' || names.has(event));
  const dropping = concerned.filter(({ type }) => Object.hasOwn(DROPPED, type));
  const isExplained = [...names].every((name) => dropping.some(({ event }) => event === '' || event === name));
  const keys: ReadonlySet<string> = new Set(
    [...names].map((name) => (name.startsWith('$ai_') ? 'llm_events' : 'events')),
  );
  const ofEvents = (quotas ?? []).filter(({ key }) => keys.has(key));
  const isReached = ofEvents.some(({ until }) => until !== undefined);
  const page = `see ${new URL(pages).origin}/organization/billing`;
  return [
    ...(isReached || !isExplained ? [{ code: 'quota', message: `${quotaText([...keys], ofEvents)}: ${page}` }] : []),
    ...(isReached || isExplained ? [] : [RESTRICTION]),
    ...concerned.map(warned),
    ...(warnings === undefined
      ? [{ code: 'warnings-unread', message: `the ingestion warnings could not be read: see ${pages}/data-management` }]
      : []),
  ];
}

const RESTRICTION: LikelyCause = {
  code: 'event-restriction',
  message: 'a restriction of the project drops them without a warning: ask PostHog’s support',
};

/** Beyond a quota, PostHog drops after the answer 200 of v0. */
function quotaText(keys: readonly string[], quotas: readonly Quota[]): string {
  const reached = quotas.find(({ until }) => until !== undefined);
  if (reached !== undefined) {
    const { key, used, limit, until } = reached;
    return `the quota ${key} is reached, ${used} of ${limit ?? 'unlimited'}: PostHog drops events without a warning until ${until}`;
  }
  const now = quotas.length === 0 ? '' : '; it is not reached now';
  return `the quota ${keys.join(' or ')} was reached${now}: beyond it, PostHog drops events without a warning, and v0 answers 200`;
}

function warned({ type, event, warnings }: IngestionWarning): LikelyCause {
  const of = event === '' ? '' : ` of ${event}`;
  const times = warnings === 1 ? 'once' : `${warnings} times`;
  const meaning = DROPPED[type] ?? 'such an event may still be stored';
  return { code: type, message: `PostHog warns of ${type}${of} (${times}): ${meaning}` };
}
